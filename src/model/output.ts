/** Both sides: the last lines of a process's output, as plain data. */
import type { LogLine } from './types';

/**
 * Where the output of a process goes. 'pipe' and 'prefix': to its parent, which reads it line by line. 'none': it is not
 * known. 'gone': to a process that has ended, and that had kept it.
 */
export type OutputFrom = (typeof OUTPUT_FROM)[number];
export const OUTPUT_FROM = ['pipe', 'prefix', 'inherit', 'ignore', 'none', 'gone'] as const;

/** The beginning of a line as the process has written it. */
export interface KeptLine {
  readonly stream: LogLine['stream'];
  readonly line: string;
  /** ms since the epoch. */
  readonly at: number;
  /** How many characters it had more. */
  readonly cut: number;
}

/** What was written since the last piece. */
export interface OutputPiece {
  readonly from: OutputFrom;
  /** The last of the lines. */
  readonly lines: readonly KeptLine[];
  /** How many lines came before these since the last piece, and were too many to keep or to send. */
  readonly skipped: number;
}

/** Lines of one process that are kept, and that a piece has at most. */
export const MOST_LINES = 200;

/** Somebody who looks at the output of a process. */
export interface Following {
  /** Asks for another piece, which comes as soon as there are lines: at once, if there are. Each asking has one at most. */
  more(): void;
  close(): void;
}

export type OnPiece = (piece: OutputPiece) => void;
