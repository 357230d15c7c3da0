/** A table in Markdown whose columns are as wide as their widest cell, which is also how it reads best in a terminal. */
export type Alignment = 'left' | 'right';

/** The first row is the head. Columns without an alignment are aligned to the left. */
export function markdownTable([head = [], ...rows]: string[][], alignments: Alignment[] = []): string {
  const widths = head.map((_, index) => Math.max(3, ...[head, ...rows].map(row => row[index]?.length ?? 0)));
  const isRight = (index: number) => alignments[index] === 'right';
  const pad = (cell: string, index: number) =>
    isRight(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0);
  const line = (cells: string[]) => `| ${cells.map(pad).join(' | ')} |`;
  const rule = widths.map((width, index) => (isRight(index) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}
