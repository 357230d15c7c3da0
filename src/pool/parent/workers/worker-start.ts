/** Parent side: sees that a worker gets through its `begin` in time, and says why it did not get to its first item. */

import { type ExitStatus, isRemoteError, isStartError, RemoteError, StartError } from '../../../index';
import { LONGEST_TIMER } from '../../../util/clock';
import type { AnySubprocessWorker, WorkerClass } from '../../subprocess-worker';

export class WorkerStart {
  readonly #type: WorkerClass;
  readonly #worker: AnySubprocessWorker;
  #timer: NodeJS.Timeout | undefined;
  #lateError: StartError | undefined;
  #hasBegun = false;
  #isOver = false;

  constructor(type: WorkerClass, worker: AnySubprocessWorker) {
    this.#type = type;
    this.#worker = worker;
  }

  /** Its module is loaded, which the core sees to; `begin` is part of the start here, as a loop's is. */
  begins(hear: () => void, kill: () => void): void {
    const { READY_TIMEOUT, name } = this.#type;
    this.#hasBegun = true;
    if (this.#isOver || READY_TIMEOUT > LONGEST_TIMER) return;
    this.#timer = setTimeout(() => {
      // It may have told that it is ready while nobody listened.
      hear();
      if (this.#isOver) return;
      const pid = this.#worker.process?.pid ?? null;
      const message = `${name}: the worker (pid ${pid}) was still in begin() after ${READY_TIMEOUT} ms and was killed: look for what never ends there, or raise READY_TIMEOUT`;
      this.#lateError = new StartError('ready', message, { subprocess: name, pid });
      kill();
    }, READY_TIMEOUT).unref();
  }

  /** It is ready, or gone. */
  over(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  /** Whether it was ended since `begin` took too long. */
  get isLate(): boolean {
    return this.#lateError !== undefined;
  }

  /** Why it never became ready. */
  errorOf({ error, subprocess, pid }: ExitStatus): StartError {
    const known = this.#lateError ?? error;
    if (known && isStartError(known)) return known;
    const cause = known && isRemoteError(known) ? inBegin(known) : known;
    const how = cause?.message ?? `${subprocess}: the worker (pid ${pid}) was stopped before it could take an item`;
    const isTold = !this.#hasBegun || how.startsWith(`${subprocess}.begin()`);
    const message = isTold ? how : how.replace(`${subprocess}: `, `${subprocess}.begin() did not end: `);
    const phase = this.#hasBegun ? 'ready' : 'load';
    return new StartError(phase, message, { subprocess, pid, ...(cause && { cause }) });
  }
}

/** The core only knows that run() threw, which calls begin() first. */
function inBegin({ message, remote, subprocess, pid, cause, errors }: RemoteError): RemoteError {
  const context = { subprocess, pid, ...(cause === undefined ? {} : { cause }), ...(errors && { errors }) };
  return new RemoteError(message.replace(`${subprocess}.run()`, `${subprocess}.begin()`), remote, context);
}
