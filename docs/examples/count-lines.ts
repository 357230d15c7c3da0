import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Subprocess } from 'offspring-rx';

export class CountLines extends Subprocess<[path: string], { lines: number }> {
  path = '';

  override init(path: string) {
    this.path = path;
  }

  override async run() {
    let lines = 0;
    for await (const _ of createInterface({ input: createReadStream(this.path) })) {
      if (++lines % 10_000 === 0) await this.emit({ lines }); // to message$
    }
    return lines; // to result$ and result()
  }
}
