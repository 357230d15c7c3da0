/** Parent side: the instances that are alive, from their start to their end. */
import type { ExitStatus } from '../exit-status';
import type { ShutdownOptions } from '../types';
import type { Leaving } from './join';

/** What the process's end needs of an instance. */
export interface Living {
  readonly instance: object;
  /** Resolves when a shutdown takes no work away that WAIT_FOR_CHILD promised. */
  entered(): Promise<unknown>;
  shutdown(options?: ShutdownOptions): Promise<ExitStatus>;
  /** SIGKILL. */
  force(): void;
  /** Called in the `exit` handler: starts what WAIT_FOR_CHILD promised, and says what is to be joined. */
  leave(afterError: boolean): Leaving | undefined;
}

const alive = new Set<Living>();

interface Listener {
  /** The first instance has come. */
  whenFirst(): void;
  /** One has come, be it the first. */
  whenAdded(life: Living): void;
  /** The last one has gone. */
  whenEmpty(): void;
}
let listener: Listener | undefined;

/** Who is told when instances come and go. */
export function onOccupied(told: Listener): void {
  listener = told;
}

export function register(life: Living): void {
  alive.add(life);
  if (alive.size === 1) listener?.whenFirst();
  listener?.whenAdded(life);
}

export function unregister(life: Living): void {
  if (alive.delete(life) && alive.size === 0) listener?.whenEmpty();
}

export const living = (): Living[] => [...alive];
