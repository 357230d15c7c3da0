/** Parent side: the type of a branch, which is a part of a tree of supervised children. */
import type { Observable } from 'rxjs';
import type { AnySubprocess } from '../index';
import type { TaskOwner } from '../owners';
import type { Failure, Place, SupervisorEvent } from './events';

export type TreeEvent = SupervisorEvent<AnySubprocess> & Place;

/**
 * A request to stop. It has two steps, because branches stop in the reverse order of their start. Both streams replay.
 */
export interface Stop {
  /** Emits when the stop begins. From then on nothing may be started. */
  began$: Observable<unknown>;
  /** Emits when it is this branch's turn to stop. */
  turn$: Observable<unknown>;
}

/** What a branch is given at its start. */
export interface Context extends Stop {
  /** The owner of all tasks of the tree. */
  owner: TaskOwner;
}

export type Signal =
  | { type: 'event'; event: TreeEvent }
  /** Every child of the branch is ready, or has ended without a restart. The next branch may start. */
  | { type: 'up' }
  /** A child has failed. It is to be restarted after `delay` ms. */
  | { type: 'failed'; failure: Failure; delay: number }
  /** The supervisor has to stop, and to error with `error`. */
  | { type: 'halt'; error: unknown };

/**
 * Starts when subscribed to. Completes when all of its children have ended, by themselves or because of `stop`. Never
 * unsubscribe from a branch: stopping takes time and has an order.
 */
export type Branch = (context: Context) => Observable<Signal>;

export const UP: Signal = { type: 'up' };
