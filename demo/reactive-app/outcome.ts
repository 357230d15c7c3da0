/** Parent: how it went, for people and for the caller. Pure. */
import { constants } from 'node:os';
import type { State } from './state';

export type Outcome = 'hashed' | 'nothing' | 'gaps' | 'failed' | 'stopped';

export function outcomeOf({ stop, failures, unreadable, workers }: State): Outcome {
  if (stop !== null) return 'stopped';
  if (failures.length > 0) return 'failed';
  if (unreadable.count > 0) return 'gaps';
  return workers.length > 0 ? 'hashed' : 'nothing';
}

export function exitCodeOf(state: State): number {
  if (state.stop !== null) return 128 + constants.signals[state.stop];
  return ['failed', 'gaps'].includes(outcomeOf(state)) ? 1 : 0;
}
