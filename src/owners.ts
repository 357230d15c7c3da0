/** Both sides: the owners of tasks: pools, and supervisors, which have their tasks end in an order of their own. */
import { acrossCopies } from './util/across-copies';
import { type BaseClass, extendsClass } from './util/base-class';

/** Where a task stands in the order of its owner: the later places depend on the earlier ones, and end before them. */
export interface Ownership {
  owner: Owner;
  /** Compared number by number: `[1]` and all that begin with it, such as `[1, 0]`, come before `[2]`. */
  place: readonly number[];
}

export interface Owner {
  /**
   * From now on, the owner starts no task. The tasks that it has end in their order, which is up to the caller.
   * `isExiting`: because this process ends.
   */
  retire(isExiting: boolean): void;
  /** Whether all of its tasks, those that it is about to restart included, are of this class. */
  isOf(type: object): boolean;
}

interface Owners {
  all: Set<Owner>;
  ofTasks: WeakMap<object, Ownership>;
}

/** Each copy of the package ends its own tasks, whichever copy supervises them. */
const owners = acrossCopies<Owners>('owners', () => ({ all: new Set(), ofTasks: new WeakMap() }));

/** The owner of a supervisor's tasks. It is known to the end of this process until it is released. */
export class TaskOwner implements Owner {
  readonly #onRetire: () => void;
  readonly #classes = new Map<string, object['constructor']>();
  #isRetired = false;

  constructor(onRetire: () => void) {
    this.#onRetire = onRetire;
    addOwner(this);
  }

  /** Takes the task that was started at a place, where the one before it is gone. */
  own(task: { shutdown(): Promise<unknown> }, place: readonly number[]): void {
    owners.ofTasks.set(task, { owner: this, place });
    this.#classes.set(place.join(), task.constructor);
    // The factory of the task has retired its owner.
    if (this.#isRetired) void task.shutdown();
  }

  /** No task will be started at this place again. */
  leave(place: readonly number[]): void {
    this.#classes.delete(place.join());
  }

  retire(): void {
    this.#isRetired = true;
    this.#onRetire();
  }

  isOf(type: object): boolean {
    const classes = [...this.#classes.values()];
    return classes.length > 0 && classes.every(({ prototype }) => extendsClass(prototype, type as BaseClass));
  }

  /** All of its tasks have ended, and it starts no other. */
  release(): void {
    removeOwner(this);
  }
}

/** From now on, an owner is retired when this process ends, or all of its tasks are shut down. */
export function addOwner(owner: Owner): void {
  owners.all.add(owner);
}

/** The owner has no tasks. */
export function removeOwner(owner: Owner): void {
  owners.all.delete(owner);
}

export const ownershipOf = (task: object): Ownership | undefined => owners.ofTasks.get(task);

/** Retires all owners, since this process ends. */
export function retireAllOwners(): void {
  for (const owner of owners.all) owner.retire(true);
}

/** Retires the owners whose tasks are all of this class, since these are shut down. */
export function retireOwnersOf(type: object): void {
  for (const owner of owners.all) if (owner.isOf(type)) owner.retire(false);
}
