/** How long the import of offspring-rx takes in a child, as an ES module, and what it loads of rxjs. */
import { createRequire } from 'node:module';

const start = performance.now();
const { Subprocess } = await import('offspring-rx');
const time = performance.now() - start;

export class Importing extends Subprocess<[], unknown> {
  override run() {
    const { cache } = createRequire(import.meta.url);
    return { time, rxjs: Object.keys(cache).filter(file => /[\\/]rxjs[\\/]/.test(file)).length };
  }
}
