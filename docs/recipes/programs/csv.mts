import { ReadCsv } from './read-csv.js';

const task = new ReadCsv(process.argv[2] ?? 'sales.csv');
let rows = 0;
let total = 0;
// The child reads and parses at the pace of this loop: put an insert into a database here.
for await (const batch of task.messages()) {
  rows += batch.length;
  for (const { amount } of batch) total += Number(amount);
}
await task.result(); // rejects if the file is missing or malformed
console.log(`${rows} rows, ${total} in total`);
// prints: 60000 rows, 179970000 in total
