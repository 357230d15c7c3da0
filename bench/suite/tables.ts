/** The tables of a group: its rows, and its figures to reach. Pure. */
import { type Alignment, markdownTable } from '../markdown-table';
import { figure, limitOf, signed } from './format';
import type { Group, Row } from './group';
import type { Verdict } from './judge';
import { median, summarise } from './statistics';

/** What was not measured is named below it. */
export function rowTable(group: Group, rows: readonly Row[]): string {
  const measured = rows.filter(({ samples }) => samples.length > 0);
  const floor = measured.find(({ name }) => name === group.floor);
  const head = ['', `median, ${group.unit}`, 'p10', 'p90', ...(floor ? [`against ${floor.name}`] : [])];
  const lines = measured.map(({ name, samples }) => {
    const { median: middle, p10, p90 } = summarise(samples);
    const ratio = floor ? [times(middle / median(floor.samples))] : [];
    return [name, figure(middle), figure(p10), figure(p90), ...ratio];
  });
  const table = markdownTable([head, ...lines], ['left', 'right', 'right', 'right', 'right']);
  const notes = rows.flatMap(({ name, skipped, failed }) => {
    if (failed !== undefined) return `- ${name} failed: ${failed}`;
    return skipped === undefined ? [] : `- ${name} is not measured: ${skipped}`;
  });
  return [...(lines.length > 0 ? [table] : []), ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n');
}

const times = (ratio: number): string => (Number.isFinite(ratio) ? ratio.toFixed(2) : '');

/** `keys`: with the keys that `--quick` prints. */
export function aimTable(verdicts: readonly Verdict[], { keys = false } = {}): string {
  const head = ['figure', 'of', 'against', 'is', 'aim', 'reached'];
  const alignments: Alignment[] = ['left', 'left', 'left', 'right', 'right', 'left'];
  const rows = verdicts.map(aimCells);
  if (!keys) return markdownTable([head, ...rows], alignments);
  const keyed = rows.map((cells, index) => [`\`${verdicts[index]?.aim.key}\``, ...cells]);
  return markdownTable([['key', ...head], ...keyed], ['left', ...alignments]);
}

function aimCells({ aim, against, figure: value, reached }: Verdict): string[] {
  const shown = value === null ? 'not measured' : aim.by === 'difference' ? signed(value) : figure(value);
  const rivals = [aim.against ?? ''].flat();
  const opponent =
    rivals.length > 1 && against !== undefined ? `${against} (the best)` : (against ?? rivals.join(', '));
  return [aim.what, aim.of, opponent, shown, limitOf(aim), reached === null ? '' : reached ? 'yes' : 'NO'];
}
