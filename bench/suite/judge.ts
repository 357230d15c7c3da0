/** Whether the figures to reach are reached. Pure. */
import type { Aim, Group, Row } from './group';
import { median } from './statistics';

export interface Verdict {
  aim: Aim;
  /** The row that it was compared with, of several the best. */
  against: string | undefined;
  /** The quotient, the difference, or the figure itself; null if something for it was not measured. */
  figure: number | null;
  /** Null if there is no figure, or nothing is asked of it. */
  reached: boolean | null;
}

export const judgeAll = (group: Group, rows: readonly Row[]): Verdict[] =>
  group.aims.map(aim => judge(aim, group.better, rows));

export function judge(aim: Aim, better: Group['better'], rows: readonly Row[]): Verdict {
  const medianOf = (name: string) => median(rows.find(row => row.name === name)?.samples ?? []);
  const own = medianOf(aim.of);
  if (aim.against === undefined) return verdict(aim, undefined, own);
  const rivals = [aim.against].flat().filter(name => !Number.isNaN(medianOf(name)));
  const [best] = rivals.sort((one, other) => (medianOf(one) - medianOf(other)) * (better === 'less' ? 1 : -1));
  if (best === undefined) return verdict(aim, undefined, Number.NaN);
  const figure = aim.by === 'difference' ? own - medianOf(best) : own / medianOf(best);
  return verdict(aim, best, figure);
}

const verdict = (aim: Aim, against: string | undefined, figure: number): Verdict =>
  Number.isFinite(figure)
    ? { aim, against, figure, reached: meets(figure, aim.limit) }
    : { aim, against, figure: null, reached: null };

function meets(figure: number, limit: Aim['limit']): boolean | null {
  if (limit === undefined) return null;
  if ('atMost' in limit) return figure <= limit.atMost;
  if ('atLeast' in limit) return figure >= limit.atLeast;
  return figure < limit.below;
}
