/** Both sides: reads bundles of the library as V8 compiles them. */
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** Node starts the function that wraps a CommonJS module like this. */
export const WRAPPER_HEAD = '(function (exports, require, module, __filename, __dirname) { ';
const WRAPPER_TAIL = '\n})';

/** The text of each module in the function that wraps it. */
export class Texts {
  readonly sources: string[];
  /** Has held the texts. The cached data are read into it, since touching fresh memory is slower. */
  readonly memory: Buffer;
  /** When one of the files was last changed. */
  readonly changedAt: number;
  readonly owner: number;

  /** @throws Error if a file cannot be read, or is shorter than it was */
  constructor(files: readonly string[]) {
    const descriptors: number[] = [];
    try {
      for (const file of files) descriptors.push(openSync(file, 'r'));
      const stats = descriptors.map(descriptor => fstatSync(descriptor));
      this.changedAt = Math.max(...stats.map(({ mtimeMs }) => mtimeMs));
      this.owner = (stats[0] as Stats).uid;
      const lengths = stats.map(({ size }) => WRAPPER_HEAD.length + size + WRAPPER_TAIL.length);
      this.memory = Buffer.allocUnsafeSlow(lengths.reduce((sum, length) => sum + length));
      let end = 0;
      for (const [at, descriptor] of descriptors.entries()) {
        end += this.memory.write(WRAPPER_HEAD, end, 'latin1');
        const size = stats[at]?.size as number;
        if (readSync(descriptor, this.memory, end, size, null) < size) throw new Error(`${files[at]} was replaced`);
        end += size;
        end += this.memory.write(WRAPPER_TAIL, end, 'latin1');
      }
      // Each byte is a character: scripts/bundle.mjs sees to it. All texts are parts of one string, which V8 keeps apart
      // from the young objects since it has more than 128 KB. Three strings would fill half of their space, and cost most
      // children a garbage collection of 2 ms before their work.
      const text = this.memory.toString('latin1');
      let from = 0;
      this.sources = lengths.map(length => {
        const start = from;
        from += length;
        return text.slice(start, from);
      });
    } finally {
      for (const descriptor of descriptors) closeSync(descriptor);
    }
  }
}
