/** What the processes of the benchmark tell each other. */

/** 'made-up': 200 processes that a source makes up. 'real': 40 loops of this library. 'unseen': the same, without a board. */
export type Kind = 'made-up' | 'real' | 'unseen';

export const PROCESSES: Record<Kind, number> = { 'made-up': 200, real: 40, unseen: 40 };
/** Turns and messages per second, of all processes together. */
export const EVENTS = 1_000;

export type Told = { url: string } | { cpu: number };
