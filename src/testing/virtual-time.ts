/** Both sides: the time of tasks in the same process, which a test winds forward. */
import { deepStrictEqual } from 'node:assert';
import type { Observable, SchedulerLike, Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { clearTimeout, setImmediate, setTimeout } from '../util/timers';
import { Recording } from './recording';

/** Turns of the event loop without a step of a task, after which all that can happen now has happened. */
const QUIET_TURNS = 3;

/**
 * Virtual time, of an RxJS TestScheduler: one frame is one millisecond. It stands still until `advance` or `flush` is
 * called. The sleeps of loops, READY_TIMEOUT, the graces of shutdowns and the times of faults go by it.
 *
 * @example
 * const time = new VirtualTime();
 * const beat = inProcess(Heartbeat, [], { time });
 * const iterations = time.record(
 *   beat.iteration$.pipe(map(({ index }) => index)),
 * );
 * await time.advance(2_500);
 * iterations.expect('0 999ms 1 999ms 2', [0, 1, 2]);
 */
export class VirtualTime {
  /** Pass it to `supervise` and to operators of RxJS. */
  readonly scheduler: TestScheduler;
  readonly #isAutomatic: boolean;
  /** Counts the steps of tasks. */
  #steps = 0;
  /** How many pieces of user code are running. */
  #running = 0;
  /** How much of it waits for this time alone. */
  #idle = 0;
  #isDriving = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param kind for the library: with 'automatic', time passes by itself. */
  constructor(kind: 'manual' | 'automatic' = 'manual') {
    this.scheduler = new TestScheduler(deepStrictEqual);
    this.#isAutomatic = kind === 'automatic';
  }

  /** Milliseconds of virtual time since it was made. */
  get now(): number {
    return this.scheduler.frame;
  }

  /**
   * Lets `ms` pass. Resolves when all that is due by then has happened, as far as it waits for nothing else. Rejects with
   * what a callback throws.
   */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    await this.#settle();
    while (this.#nextFrame <= end) {
      this.#step();
      await this.#settle();
    }
    this.scheduler.frame = Math.max(end, this.now);
  }

  /**
   * Lets time pass until nothing waits for it any more, and then resolves. Rejects with an Error if something still waits
   * after `limit` ms (default: 3,600,000): a loop without end, say.
   * @param options - `limit` alone
   */
  async flush({ limit = 3_600_000 }: { limit?: number } = {}): Promise<void> {
    const end = this.now + limit;
    await this.#settle();
    while (this.#nextFrame < Number.POSITIVE_INFINITY) {
      if (this.#nextFrame > end) {
        throw new Error(
          `VirtualTime.flush(): something still waits after ${limit} ms: use advance(), or end it before`,
        );
      }
      this.#step();
      await this.#settle();
    }
  }

  /** Subscribes to a stream, and records what it emits and when, counted from now. */
  record<T>(stream$: Observable<T>): Recording<T> {
    return new Recording(stream$, this);
  }

  /** For the library: as `schedule`, for code that waits for nothing else: automatic time jumps to it. @internal */
  scheduleIdle(work: () => void, ms: number): void {
    this.#idle += 1;
    this.schedule(() => {
      this.#idle -= 1;
      work();
    }, ms);
  }

  /** For the library: calls `work` after `ms`. @internal */
  schedule(work: () => void, ms: number): Subscription {
    const subscription = this.scheduler.schedule(work, ms);
    this.#drive();
    return subscription;
  }

  /** For the library: the clocks of a loop's sleeps and turns. @internal */
  readonly clocks = {
    now: () => this.now,
    date: () => this.now,
    scheduler: {
      now: () => this.now,
      schedule: (...args: Parameters<SchedulerLike['schedule']>) => {
        const subscription = this.scheduler.schedule(...args);
        this.#drive();
        return subscription;
      },
    } as SchedulerLike,
  };

  /** For the library: a task has made a step. @internal */
  noteStep(): void {
    this.#steps += 1;
  }

  /**
   * For the library: runs user code. Automatic time does not jump meanwhile: it passes as real time does.
   * @internal
   */
  async during<T>(work: () => T): Promise<Awaited<T>> {
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.noteStep();
      this.#drive();
    }
  }

  get #nextFrame(): number {
    const [next] = this.scheduler.actions as unknown as { delay: number }[];
    return next?.delay ?? Number.POSITIVE_INFINITY;
  }

  /** Does what is due next. */
  #step(): void {
    this.scheduler.maxFrames = this.#nextFrame;
    this.scheduler.flush();
  }

  /** Waits until all that can happen now has happened. */
  async #settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      const before = this.#steps;
      await new Promise<void>(resolve => setImmediate(resolve));
      if (this.#steps !== before) quiet = -1;
    }
  }

  /** With automatic time: does one thing after the other. */
  async #drive(): Promise<void> {
    if (!this.#isAutomatic || this.#isDriving) return;
    this.#isDriving = true;
    clearTimeout(this.#timer);
    await this.#settle();
    while ((this.#running === 0 || this.#idle > 0) && this.#nextFrame < Number.POSITIVE_INFINITY) {
      this.#step();
      await this.#settle();
    }
    this.#isDriving = false;
    const wait = this.#nextFrame - this.now;
    if (wait > 2 ** 31 - 1) return;
    // User code is running. A limit such as a grace must be able to end it.
    this.#timer = setTimeout(() => {
      this.#step();
      this.#drive();
    }, wait);
  }
}
