/** Children that are at their work and do nothing, started and ended in several ways. */

/** Starts so many, and resolves when all are at work. */
export interface IdleKind {
  name: string;
  start(count: number): Promise<Idle>;
}

export interface Idle {
  pids: number[];
  /** Resolves when all have ended. */
  end(): Promise<unknown>;
}
