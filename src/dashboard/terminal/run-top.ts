/** Terminal: shows the processes of another program, as a screen or as plain lines. */
import type { Address } from '../address';
import { connectOnce, unreachable } from './connect';
import { followInLines } from './follow-in-lines';

export interface RunOptions {
  readonly plain: boolean;
  readonly signal: AbortSignal;
}

/** Rejects with an error that says what to do. */
export async function runTop({ base }: Address, { signal }: RunOptions): Promise<void> {
  try {
    await followInLines(connectOnce(base), process.stdout, signal);
  } catch (error) {
    throw unreachable(base, error as Error);
  }
}
