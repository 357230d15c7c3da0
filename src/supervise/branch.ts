/** Parent side: a part of a tree of supervised children, and what it tells those above it. */
import type { Observable } from 'rxjs';
import type { AnySubprocess } from '../index';
import type { Failure, Place, SupervisorEvent } from './events';

export type TreeEvent = SupervisorEvent<AnySubprocess> & Place;

/** The end that is asked for, in two steps, since those that started later end first. Both replay. */
export interface Stop {
  /** Emits when nothing may be started any more. */
  began$: Observable<unknown>;
  /** Emits when it is this branch's turn to end. */
  turn$: Observable<unknown>;
}

export type Signal =
  | { type: 'event'; event: TreeEvent }
  /** All of the branch is ready, or over for good: what follows it may start. */
  | { type: 'up' }
  /** A child ended, and asks for a restart after `delay` ms. */
  | { type: 'failed'; failure: Failure; delay: number }
  /** The supervisor has to end, with this error. */
  | { type: 'halt'; error: unknown };

/**
 * Starts upon subscription, and completes when nothing of it is left: by itself, or since it was told to stop. It is
 * never left by unsubscribing, since an end takes time and has an order.
 */
export type Branch = (stop: Stop) => Observable<Signal>;

export const UP: Signal = { type: 'up' };
