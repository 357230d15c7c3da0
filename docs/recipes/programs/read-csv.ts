import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { Subprocess } from 'offspring-rx';

export type Row = { name: string; amount: string };

export class ReadCsv extends Subprocess<[path: string], Row[]> {
  path = '';

  override init(path: string) {
    this.path = path;
  }

  // Yields batches: a message for each row would cost more than its parsing. It is not pulled while the parent is behind.
  override async *run() {
    let batch: Row[] = [];
    for await (const row of createReadStream(this.path).pipe(parse({ columns: true }))) {
      if (batch.push(row) < 500) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
}
