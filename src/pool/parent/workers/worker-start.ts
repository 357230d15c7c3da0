/** Parent side: watches the start of a worker, which includes its `begin`. */

import { type ExitStatus, isRemoteError, isStartError, RemoteError, StartError } from '../../../index';
import { LONGEST_TIMER } from '../../../util/clock';
import { adviceFor, type Overrun, StartLimit } from '../../../util/start-limit';
import { clearTimeout, setTimeout } from '../../../util/timers';
import type { AnySubprocessWorker, WorkerClass } from '../../subprocess-worker';

/** The least ms between two looks whether a worker of a pool without items is ready. */
const LOOK_INTERVAL = 100;

export class WorkerStart {
  readonly #type: WorkerClass;
  readonly #worker: AnySubprocessWorker;
  readonly #idleTimeout: number;
  #look: NodeJS.Timeout | undefined;
  #limit: StartLimit | undefined;
  #timeoutError: StartError | undefined;
  #isLoaded = false;
  #isOver = false;

  constructor(type: WorkerClass, worker: AnySubprocessWorker, idleTimeout: number) {
    this.#type = type;
    this.#worker = worker;
    this.#idleTimeout = idleTimeout;
  }

  /**
   * The worker's module is loaded, and `begin` runs now. The core has limited the time to load. This limits the time of
   * `begin` in the same way. `readMessages` has the messages delivered that wait; `kill` ends the worker.
   */
  onLoaded(readMessages: () => void, kill: () => void): void {
    const { READY_TIMEOUT, name } = this.#type;
    this.#isLoaded = true;
    const { process } = this.#worker;
    if (this.#isOver || !process) return;
    this.#lookLater(readMessages);
    const onOver = (overrun: Overrun) => {
      // The message that it is ready may wait, if nobody was subscribed.
      readMessages();
      if (this.#isOver) return;
      const pid = process.pid ?? null;
      const message = `${name}: the worker (pid ${pid}) was still in begin() after ${READY_TIMEOUT} ms and was killed: ${adviceFor(overrun)}`;
      this.#timeoutError = new StartError('ready', message, { subprocess: name, pid });
      kill();
    };
    this.#limit = new StartLimit({ process, isNew: false, limit: READY_TIMEOUT, onOver });
  }

  /** The worker is ready, or has exited. */
  end(): void {
    this.#isOver = true;
    this.#limit?.cancel();
    clearTimeout(this.#look);
  }

  /** If the pool has no items, nobody reads that the worker is ready. Its `idleTimeout` could then not begin. */
  #lookLater(readMessages: () => void): void {
    if (this.#idleTimeout === Number.POSITIVE_INFINITY || this.#isOver) return;
    this.#look = setTimeout(
      () => {
        readMessages();
        this.#lookLater(readMessages);
      },
      Math.min(Math.max(this.#idleTimeout, LOOK_INTERVAL), LONGEST_TIMER),
    ).unref();
  }

  /** Whether the worker was killed because `begin` took too long. */
  get isTimedOut(): boolean {
    return this.#timeoutError !== undefined;
  }

  /** Why a worker that has exited was never ready. */
  errorOf({ error, subprocess, pid }: ExitStatus): StartError {
    const original = this.#timeoutError ?? error;
    if (original && isStartError(original)) return original;
    const cause = original && isRemoteError(original) ? namingBegin(original) : original;
    const what = cause?.message ?? `${subprocess}: the worker (pid ${pid}) was stopped before it could take an item`;
    const namesBegin = what.startsWith(`${subprocess}.begin()`);
    const message =
      this.#isLoaded && !namesBegin ? what.replace(`${subprocess}: `, `${subprocess}.begin() did not end: `) : what;
    const phase = this.#isLoaded ? 'ready' : 'load';
    return new StartError(phase, message, { subprocess, pid, ...(cause && { cause }) });
  }
}

/** The same error with begin() in its message. The core only knows run(), which calls begin() first. */
function namingBegin({ message, remote, subprocess, pid, cause, errors }: RemoteError): RemoteError {
  const context = { subprocess, pid, ...(cause === undefined ? {} : { cause }), ...(errors && { errors }) };
  return new RemoteError(message.replace(`${subprocess}.run()`, `${subprocess}.begin()`), remote, context);
}
