/** Child side of offspring-rx/pool: workers that read a byte of large data, which they get in three ways. */

// By a name that the compiler does not look for, since a version without it is measured too.
const { SubprocessWorker } = require(['offspring-rx', 'pool'].join('/')) as {
  SubprocessWorker: new () => { readonly shared: Buffer };
};

export class ReadShared extends SubprocessWorker {
  work(at: number) {
    return this.shared[at];
  }
}

export class ReadArgument extends SubprocessWorker {
  data: Buffer = Buffer.alloc(0);
  init(data: Buffer) {
    this.data = data;
  }
  work(at: number) {
    return this.data[at];
  }
}

export class ReadItem extends SubprocessWorker {
  work(data: Buffer) {
    return data[0];
  }
}

export const readers = { share: ReadShared, args: ReadArgument, items: ReadItem };
