import { CASES } from './cases';
import { record } from './record';

async function main(): Promise<void> {
  for (const [name, work] of Object.entries(CASES)) {
    await record(name, work).catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  }
}

void main();
