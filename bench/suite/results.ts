/** What a run has found out, as the JSON that stands beside the tables. */
import type { Group, GroupResult } from './group';
import { judgeAll, type Verdict } from './judge';
import type { Machine } from './machine';

export interface Measured {
  group: Group;
  result: GroupResult;
  verdicts: Verdict[];
}

export interface Run {
  /** ISO 8601. */
  date: string;
  /** Seconds. */
  duration: number;
  machine: Machine;
  measured: Measured[];
}

export const judged = (group: Group, result: GroupResult): Measured => ({
  group,
  result,
  verdicts: judgeAll(group, result.rows),
});

/** The keys of the figures to reach, each with its quotient, difference or figure; null where it was not measured. */
export const ratiosOf = (measured: readonly Measured[]): Record<string, number | null> =>
  Object.fromEntries(
    measured
      .flatMap(({ verdicts }) => verdicts)
      .map(({ aim, figure }) => [aim.key, figure === null ? null : Number(figure.toPrecision(4))]),
  );

export function toJson({ date, duration, machine, measured }: Run): string {
  const groups = measured.map(({ group, result, verdicts }) => ({
    ...result,
    title: group.title,
    unit: group.unit,
    better: group.better,
    rows: result.rows.map(row => ({ ...row, samples: row.samples.map(short) })),
    series: result.series.map(({ name, points }) => ({
      name,
      points: points.map(point => point.map(short)),
    })),
    aims: verdicts.map(({ aim, against, figure, reached }) => ({ ...aim, against, figure, reached })),
  }));
  return `${JSON.stringify({ date, duration, machine, ratios: ratiosOf(measured), groups })}\n`;
}

const short = (value: number): number => Number(value.toPrecision(5));
