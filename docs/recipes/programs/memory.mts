import { isExitError, Subprocess } from 'offspring-rx';

export class Greedy extends Subprocess {
  static override MEMORY_LIMIT = 200 * 2 ** 20; // bytes

  override async run() {
    const kept: Uint8Array[] = [];
    for (;;) {
      kept.push(new Uint8Array(2 ** 20).fill(1)); // memory that nobody touches does not count
      await new Promise(setImmediate);
    }
  }
}

try {
  await new Greedy().result();
} catch (error) {
  if (isExitError(error)) console.log(error.exit.cause);
}
// prints: memory-limit
