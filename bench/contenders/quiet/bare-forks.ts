/** Fifty bare forks. */
import { bareForks } from '../idle/bare-fork';
import { tellIdleness } from './quiet';

async function main(): Promise<void> {
  const idle = await bareForks('', 'one-line.cjs').start(50);
  await tellIdleness();
  await idle.end();
  process.disconnect();
}

void main();
