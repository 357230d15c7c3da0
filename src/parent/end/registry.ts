/** Parent side: the instances that are alive, from their start to their end, and the spares. */
import type { ExitStatus } from '../../model/exit-status';
import type { ShutdownOptions } from '../../model/types';
import type { Joinable } from './join';

/** What the process's end needs of an instance, or of a spare. */
export interface Registered {
  /** Whether it is of a class or a subclass of it. */
  isOf(type: object): boolean;
  /** Resolves when a shutdown takes no work away that WAIT_FOR_CHILD promised. */
  entered(): Promise<unknown>;
  /** Resolves when the process is gone: with its status, if it ran an instance. */
  shutdown(options?: ShutdownOptions): Promise<ExitStatus | undefined>;
  /** SIGKILL. */
  force(): void;
  /** Called in the `exit` handler: starts what WAIT_FOR_CHILD promised, and says what is to be joined. */
  atParentExit(afterError: boolean): Joinable | undefined;
}

const alive = new Set<Registered>();
let listener: { whenFirst(): void; whenEmpty(): void } | undefined;

/** Who is told when the first instance comes and when the last one has gone. */
export function onOccupied(told: { whenFirst(): void; whenEmpty(): void }): void {
  listener = told;
}

let dying = false;

/** From now on this process dies of a signal: whatever is started, by a supervisor say, is too late for a process. */
export function refuseStarts(): void {
  dying = true;
}

export const isTooLateToStart = (): boolean => dying;

export function register(each: Registered): void {
  alive.add(each);
  if (alive.size === 1) listener?.whenFirst();
}

export function unregister(each: Registered): void {
  if (alive.delete(each) && alive.size === 0) listener?.whenEmpty();
}

export const registered = (): Registered[] => [...alive];
