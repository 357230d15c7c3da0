/** Child side: Node's own channel of a fresh child. */
import { item } from '../talk/answers';
import { AWAITED } from './fresh';

async function main(count: number): Promise<void> {
  process.send?.(String(process.hrtime.bigint()));
  for (let index = 1; index <= count; index++) {
    // Messages that wait to be written are lost at `disconnect()`.
    if (index % AWAITED !== 0 && index !== count) process.send?.(item(index));
    else await new Promise(resolve => process.send?.(item(index), resolve));
  }
  process.disconnect();
}

void main(Number(process.argv[2]));
