/** Child side of offspring-rx/pool: a worker for each kind of work. */
import { work } from './work';

// By a name that the compiler does not look for, since a version without it is measured too.
const { SubprocessWorker } = require(['offspring-rx', 'pool'].join('/')) as { SubprocessWorker: new () => object };

export class Increment extends SubprocessWorker {
  work(x: number) {
    return work.increment(x);
  }
}

export class Echo extends SubprocessWorker {
  work(buffer: Uint8Array) {
    return work.echo(buffer);
  }
}

export class Burn extends SubprocessWorker {
  work(time: number) {
    return work.burn(time);
  }
}

export const workers = { increment: Increment, echo: Echo, burn: Burn };
