/** Parent side: all instances and spares that the end of this process has to end. */
import type { ExitStatus } from '../../model/exit-status';
import type { ShutdownOptions } from '../../model/types';
import type { Joinable } from './join';

/** What the end of this process needs of an instance, or of a spare. */
export interface Registered {
  /** Whether it is of the class `type`, or of a subclass. */
  isOf(type: object): boolean;
  /** Resolves when a shutdown no longer prevents the work that WAIT_FOR_CHILD promised. */
  entered(): Promise<unknown>;
  /** Resolves when the process has ended: with its status, if it ran an instance. */
  shutdown(options?: ShutdownOptions): Promise<ExitStatus | undefined>;
  /** Sends SIGKILL. */
  kill(): void;
  /** Called in the `exit` handler. Starts what WAIT_FOR_CHILD promised, and returns what the handler has to join. */
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
export function listenToRegistry(added: RegistryListener): void {
  listener = added;
}

let isDying = false;

/** From now on this process dies of a signal. Whatever is started, by a supervisor for example, gets no process. */
export function refuseStarts(): void {
  isDying = true;
}

export const isTooLateToStart = (): boolean => isDying;

export function register(entry: Registered): void {
  entries.add(entry);
  if (entries.size === 1) listener?.onOccupied();
}

export function unregister(entry: Registered): void {
  if (entries.delete(entry) && entries.size === 0) listener?.onEmpty();
}

export const registered = (): Registered[] => [...entries];
