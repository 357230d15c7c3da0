/** The tables of a group: its rows, and its figures to reach. Pure. */
import { type Alignment, markdownTable } from '../markdown-table';
import { figure, limitOf, signed } from './format';
import type { Group, Row } from './group';
import type { Verdict } from './judge';
import { median, summarise } from './statistics';

export function rowTable(group: Group, rows: readonly Row[]): string {
  const floor = rows.find(({ name }) => name === group.floor);
  const head = ['', `median, ${group.unit}`, 'p10', 'p90', ...(floor ? [`against ${floor.name}`] : [])];
  const lines = rows.map(row => {
    if (row.samples.length === 0) return [row.name, without(row), '', '', ...(floor ? [''] : [])];
    const { median: middle, p10, p90 } = summarise(row.samples);
    const ratio = floor ? [times(middle / median(floor.samples))] : [];
    return [
      row.failed ? `${row.name} (${without(row)})` : row.name,
      figure(middle),
      figure(p10),
      figure(p90),
      ...ratio,
    ];
  });
  return markdownTable([head, ...lines], ['left', 'right', 'right', 'right', 'right']);
}

const times = (ratio: number): string => (Number.isFinite(ratio) ? ratio.toFixed(2) : '');

const without = ({ skipped, failed }: Row): string =>
  failed === undefined ? `skipped: ${skipped}` : `failed: ${failed}`;

export function aimTable(verdicts: readonly Verdict[]): string {
  const head = ['figure', 'of', 'against', 'is', 'aim', 'reached'];
  const alignments: Alignment[] = ['left', 'left', 'left', 'right', 'right', 'left'];
  return markdownTable([head, ...verdicts.map(aimCells)], alignments);
}

function aimCells({ aim, against, figure: value, reached }: Verdict): string[] {
  const shown = value === null ? 'not measured' : aim.by === 'difference' ? signed(value) : figure(value);
  const rivals = [aim.against ?? ''].flat();
  const opponent =
    rivals.length > 1 && against !== undefined ? `${against} (the best)` : (against ?? rivals.join(', '));
  return [aim.what, aim.of, opponent, shown, limitOf(aim), reached === null ? '' : reached ? 'yes' : '**no**'];
}
