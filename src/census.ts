/** Both sides: what this process has of tasks, supervisors and pools, for those that look at it. */
import type { NodeStats } from './model/process-node';
import { isReplayed } from './side';
import type { AnySubprocess } from './subprocess';
import { acrossCopies } from './util/across-copies';
import { queueMicrotask } from './util/timers';

export type { NodeStats };

/** What may be asked of a supervised child, or of a supervisor or a pool, by hand. */
export interface Actions {
  /** Shuts it down, and does not restart it. */
  stop(): void;
  /** Left out if nothing can start it again. */
  restart?(): void;
}

/** What a supervisor may start again. */
export interface Restartable {
  /**
   * Set by its supervisor while it waits for its restart: when that is due, in ms since the epoch; null if that is not
   * known yet.
   */
  restartAt?: number | null;
}

/** A supervisor or a pool. */
export interface Group extends Restartable {
  readonly kind: 'supervisor' | 'pool';
  readonly name: string;
  /** Its key below another supervisor. */
  readonly key?: string;
  /** The supervisor that it is below. */
  readonly above?: Group | undefined;
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly isStopping: boolean;
  /** How often one of its children was started again. */
  readonly restarts?: number;
  /** Why it has given up, if it has. */
  readonly error?: unknown;
  readonly actions: Actions;
  stats?(): NodeStats;
}

/** The place of a task in a supervisor or a pool. */
export interface Membership extends Restartable {
  readonly group: Group;
  readonly key: string;
  /** How often the child of a supervisor was started again. */
  readonly restarts?: number;
  readonly actions?: Actions;
}

interface Census {
  /** The tasks of each copy of the package: those that are to start, and have not exited. */
  readonly tasks: Set<() => Iterable<AnySubprocess>>;
  /** A pool that nobody uses any more may be collected. */
  readonly groups: Set<WeakRef<Group>>;
  readonly memberships: WeakMap<object, Membership>;
  readonly fromSubprocess: WeakSet<object>;
  /** Called when something was added or has ended. */
  readonly watchers: Set<() => void>;
}

const census = acrossCopies<Census>('census', () => ({
  tasks: new Set(),
  groups: new Set(),
  memberships: new WeakMap(),
  fromSubprocess: new WeakSet(),
  watchers: new Set(),
}));

let collected: FinalizationRegistry<WeakRef<Group>> | undefined;

/** Called once by each copy of the package that has a parent half. */
export function addTasks(tasks: () => Iterable<AnySubprocess>): void {
  census.tasks.add(tasks);
}

/** Called when a task is to start, and when it has exited. Nearly free if nobody watches. */
export function announce(): void {
  for (const watcher of census.watchers) watcher();
}

/** Adds a supervisor or a pool. Returns a function that removes it, when it has ended. */
export function addGroup(group: Group): () => void {
  // What a module makes again as a child loads it does nothing.
  if (isReplayed()) return () => {};
  const ref = new WeakRef(group);
  collected ??= new FinalizationRegistry(ref => census.groups.delete(ref));
  collected.register(group, ref, ref);
  census.groups.add(ref);
  announce();
  return () => {
    collected?.unregister(ref);
    if (census.groups.delete(ref)) announce();
  };
}

/** A task belongs to a supervisor or a pool. */
export function setMembership(task: object, membership: Membership): void {
  census.memberships.set(task, membership);
}

export const membershipOf = (task: object): Membership | undefined => census.memberships.get(task);

export function markFromSubprocess(task: object): void {
  census.fromSubprocess.add(task);
}

export const isFromSubprocess = (task: object): boolean => census.fromSubprocess.has(task);

/** The tasks that are to start and have not exited, of all copies of the package. */
export const liveTasks = (): AnySubprocess[] => [...census.tasks].flatMap(tasks => [...tasks()]);

/** The supervisors and pools that have not ended. Those above others come first. */
export const liveGroups = (): Group[] => [...census.groups].flatMap(ref => ref.deref() ?? []);

/** Calls `watcher` whenever something was added or has ended, until the returned function is called. */
export function watchCensus(watcher: () => void): () => void {
  census.watchers.add(watcher);
  return () => {
    census.watchers.delete(watcher);
  };
}

/**
 * Calls `act` once, in a microtask after this process has a task, a supervisor or a pool, unless the returned function is
 * called before.
 */
export function whenOccupied(act: () => void): () => void {
  let isDue = true;
  const cancel = () => {
    isDue = false;
    unwatch();
  };
  const look = () => {
    if (!isDue || (census.groups.size === 0 && liveTasks().length === 0)) return;
    cancel();
    act();
  };
  // What was just added is still being constructed.
  const unwatch = watchCensus(() => queueMicrotask(look));
  queueMicrotask(look);
  return cancel;
}
