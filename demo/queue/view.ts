/** Caller: who has hashed what so far, as a few lines. Pure. */
import { bytes, count, percent } from '../reactive-app/format';

export interface HostRow {
  name: string;
  files: number;
  bytes: number;
  isKilled: boolean;
}

const BAR = 30;

/** A bar for each host, as long as its part of all bytes, and one line for all. */
export function view(rows: readonly HostRow[], total: { files: number; bytes: number }): string {
  const lines = rows.map(row => {
    const length = Math.round((row.bytes / Math.max(1, total.bytes)) * BAR);
    const bar = '█'.repeat(length).padEnd(BAR, '·');
    return `  ${row.name}  ${bar}  ${count(row.files)} files, ${bytes(row.bytes)}${row.isKilled ? '  killed' : ''}`;
  });
  const done = rows.reduce((sum, row) => sum + row.files, 0);
  const share = total.files === 0 ? 1 : done / total.files;
  return [...lines, `  ${percent(share)}: ${count(done)} of ${count(total.files)} files`].join('\n');
}
