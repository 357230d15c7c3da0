/** Parent side: lists the instances and spares that have to end before this process does. */
import { addTasks, announce } from '../../census';
import type { ExitStatus } from '../../model/exit-status';
import type { ShutdownOptions } from '../../model/types';
import type { AnySubprocess } from '../../subprocess';
import type { Joinable } from './join';

/** An instance or a spare, as the exit hooks see it. */
export interface Registered {
  /** The instance; left out for a spare. */
  readonly task?: AnySubprocess;
  /** Whether it is of the class `type`, or of a subclass. */
  isOf(type: object): boolean;
  /** Whether somebody waits for it, so that this process goes on. */
  readonly keepsAlive: boolean;
  /** With WAIT_FOR_CHILD, resolves when `run` is entered, so that a shutdown no longer prevents the work. */
  entered(): Promise<unknown>;
  /** Resolves when the child has ended: with its ExitStatus, or with undefined for a spare. */
  shutdown(options?: ShutdownOptions): Promise<ExitStatus | undefined>;
  /** Sends SIGKILL. */
  kill(): void;
  /**
   * Called in the `exit` handler. Returns what the handler has to join. With WAIT_FOR_CHILD, first starts an instance
   * that has no process yet, except after an uncaught error.
   */
  atExit(afterError: boolean): Joinable | undefined;
}

export interface RegistryListener {
  /** The first entry was added. */
  onOccupied(): void;
  /** The last entry was removed. */
  onEmpty(): void;
}

const entries = new Set<Registered>();
let listener: RegistryListener | undefined;

/** Sets the one listener. */
export function listenToRegistry(newListener: RegistryListener): void {
  listener = newListener;
}

let isDying = false;

/** From now on, no start gets a process, since a signal is about to end this one. A supervisor may still try. */
export function refuseStarts(): void {
  isDying = true;
}

export const isTooLateToStart = (): boolean => isDying;

let isInExit = false;

/** From now on, no start takes a spare: the `exit` handler ends those that there are, and may still start a task. */
export function withholdSpares(): void {
  isInExit = true;
}

export const areSparesWithheld = (): boolean => isInExit;

export function register(entry: Registered): void {
  entries.add(entry);
  if (entries.size === 1) listener?.onOccupied();
  announce();
}

export function unregister(entry: Registered): void {
  if (!entries.delete(entry)) return;
  if (entries.size === 0) listener?.onEmpty();
  announce();
}

addTasks(() => [...entries].flatMap(({ task }) => task ?? []));

export const registered = (): Registered[] => [...entries];
