/** Parent side: what may be asked of one child by hand: to stop, to restart, to be replaced. */
import { StateError } from '../index';

/** How a child is asked for. Each is called only while the branch of the child is subscribed to. */
export interface ControlledRun {
  stop(): void;
  restart(): void;
  replace(): void;
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/** Stays the same from one run of the child to the next, and while it waits for its restart. */
export class ChildControl {
  readonly key: string;
  /** It was stopped by hand, and starts only when it is asked to. */
  isStopped = false;
  /** Set while the branch of the child is subscribed to. */
  run: ControlledRun | undefined;
  #hurry: () => void = () => {};
  #untilUp: Waiter[] = [];
  #untilStopped: Waiter[] = [];

  constructor(key: string) {
    this.key = key;
  }

  /** Its supervisor has started. `isNew`: it has not had this child before. `hurry` ends a delay before its restart. */
  adopt({ isNew, hurry }: { isNew: boolean; hurry: () => void }): void {
    if (isNew) this.isStopped = false;
    this.#hurry = hurry;
  }

  /** Resolves when no process of the child is left, or those of that time have ended and it was asked to start again. */
  stop(): Promise<void> {
    const stopped = new Promise<void>((resolve, reject) => this.#untilStopped.push({ resolve, reject }));
    this.isStopped = true;
    this.notUp(this.#error('was stopped before it was ready'));
    if (this.run) this.run.stop();
    else {
      this.stopped();
      this.#hurry();
    }
    return stopped;
  }

  /** Resolves when the child is ready again. */
  restart(overlap: boolean): Promise<void> {
    const up = new Promise<void>((resolve, reject) => this.#untilUp.push({ resolve, reject }));
    this.isStopped = false;
    if (!this.run) this.#hurry();
    else if (overlap) this.run.replace();
    else this.run.restart();
    return up;
  }

  /** The child is ready. */
  up(): void {
    for (const { resolve } of this.#untilUp.splice(0)) resolve();
  }

  /** The child ended before it was ready. */
  notUp(error: unknown): void {
    for (const { reject } of this.#untilUp.splice(0)) reject(error);
  }

  stopped(): void {
    for (const { resolve } of this.#untilStopped.splice(0)) resolve();
  }

  /** It is not started again: its supervisor has ended, or it has ended and is forgotten. `adopt` takes that back. */
  close(): void {
    this.#hurry = () => this.notUp(this.#error('is not started: its supervisor does not run; restart that one'));
    this.stopped();
    this.notUp(this.#error('is not started again: it was stopped, or its supervisor has ended'));
  }

  #error(what: string): StateError {
    return new StateError(`Supervisor: child '${this.key}' ${what}`, { subprocess: this.key });
  }
}
