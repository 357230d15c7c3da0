/** Parent side: the type of a branch, which is a part of a tree of supervised children. */
import type { Observable } from 'rxjs';
import type { Restartable } from '../census';
import type { AnySubprocess } from '../index';
import type { TaskOwner } from '../owners';
import type { ChildControl } from './child-control';
import type { Failure, Place, SupervisorEvent } from './events';
import type { SupervisorGroup } from './supervisor-group';

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

/** The children that a `Supervisor` can be asked for. Under `superviseAll` there are none. */
export interface Controls {
  /** The control of the child at this path, under which it is found from now on. */
  of(path: readonly string[]): ChildControl;
}

/** What a branch is given at its start. */
export interface Context extends Stop {
  /** The owner of all tasks of the tree. */
  owner: TaskOwner;
  /** The keys from the top down to the supervisor that the branch belongs to. */
  path: readonly string[];
  /** That supervisor, as it is in the tree of processes. */
  group: SupervisorGroup;
  /** Called when a child of that supervisor has begun. `run` is this run of the child, as the tree of processes knows it. */
  onRun?(key: string, run: Restartable): void;
  controls?: Controls;
}

/** What happened to a child, besides events. `path` leads to the child. */
export type Note = { path: readonly string[] } /** The supervisor at `path` has these children. */ & (
  | { is: 'supervisor'; keys: readonly string[] }
  | { is: 'ready' }
  /** It has ended by itself, and is not restarted. */
  | { is: 'ended' }
  /** It was stopped by hand. */
  | { is: 'stopped' }
  /** It was added by hand and has ended, so it is no longer known. */
  | { is: 'removed' }
);

export type Signal =
  | { type: 'event'; event: TreeEvent }
  | { type: 'note'; note: Note }
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
