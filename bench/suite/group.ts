/** What a group of the benchmark is: contenders that do the same thing, measured in turn, and what is to be reached. */

/** A number in the group's unit, or several with a name each, and perhaps how something went over time. */
export type Sample = number | { values: Record<string, number>; series: Series[] };

export interface Series {
  name: string;
  /** Seconds, and a number in the group's unit. */
  points: [time: number, value: number][];
}

export interface Measured {
  measure(): Promise<Sample>;
  close?(): unknown;
}

export interface Contender {
  /** As the tables show it. */
  name: string;
  /** Makes ready for being measured. `size` is the group's. @throws Unavailable if this cannot be measured here */
  open(size: number): Promise<Measured>;
}

/** A contender that has nothing to make ready. */
export const simple = (name: string, measure: (size: number) => Promise<Sample>): Contender => ({
  name,
  open: async size => ({ measure: () => measure(size) }),
});

/** It cannot be measured here, and why: it is not installed, or not part of this version. */
export class Unavailable extends Error {}

/** A figure to reach. All names are names of rows. */
export interface Aim {
  /** Its key in what `--quick` prints; it stays what it is. */
  key: string;
  what: string;
  of: string;
  /** What it is compared with; of several, the best. Left out: the figure stands for itself. */
  against?: string | string[];
  /** How it is compared. Default: the quotient of the medians. */
  by?: 'quotient' | 'difference';
  /** `--quick` has no time for it. */
  fullOnly?: true;
  /** Left out: it is told, and nothing is asked of it. */
  limit?: { atMost: number } | { atLeast: number } | { below: number };
}

export interface Group {
  id: string;
  title: string;
  /** What is measured and how, in a sentence or two, for the document. */
  about: string;
  unit: string;
  better: 'less' | 'more';
  /** The row that every other is compared with in the table. */
  floor?: string;
  /** What one sample does, in whatever `about` tells. */
  size: { full: number; quick: number };
  /** The part of the rounds that are asked for which it takes. Default 1. */
  share?: number;
  /** ms of rounds that count, after which none begins, with `--quick`. Default 400. */
  quickBudget?: number;
  /** Rounds before those that count. Default 1. */
  warmUp?: number;
  contenders: Contender[];
  aims: Aim[];
}

/** What became of one contender, or of one of its several numbers. */
export interface Row {
  name: string;
  samples: number[];
  /** Why there are none. */
  skipped?: string;
  failed?: string;
}

export interface GroupResult {
  id: string;
  rounds: number;
  size: number;
  /** The load average when it began. */
  load: number;
  rows: Row[];
  series: Series[];
}
