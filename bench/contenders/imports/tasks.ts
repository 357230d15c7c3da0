/** How long the import of offspring-rx takes in a child, as CommonJS, and what it loads of rxjs. */
const start = performance.now();
const { Subprocess } = require('offspring-rx') as typeof import('offspring-rx');
const time = performance.now() - start;

export class Importing extends Subprocess<[], unknown> {
  override run() {
    return { time, rxjs: Object.keys(require.cache).filter(file => /[\\/]rxjs[\\/]/.test(file)).length };
  }
}

/** For comparison: rxjs itself. */
export class ImportingRxjs extends Subprocess<[], unknown> {
  override run() {
    const start = performance.now();
    require('rxjs');
    return { time: performance.now() - start, rxjs: 0 };
  }
}
