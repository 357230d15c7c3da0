/** Both sides: how a task in the same process can be made to fail. Each fault has the effect of a real process. */

/**
 * When a fault happens.
 *
 * @example const fault = crash({ after: 500 });
 */
export interface FaultOptions {
  /** Milliseconds of virtual time after the task is ready. Default: 0, before its work begins. */
  after?: number;
}

/**
 * What happens to a task in the same process. 'end': its process ends; `crash`, `exitCode` and `killedBy` make it.
 * 'never-ready': it loads for ever; `neverReady` makes it. 'messages': it emits what `messages` says.
 *
 * @example const faults: Fault[] = [crash(), exitCode(3), neverReady()];
 */
export type Fault =
  | {
      readonly type: 'end';
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly after: number;
    }
  | { readonly type: 'never-ready' }
  | {
      readonly type: 'messages';
      readonly marbles: string;
      readonly values: Readonly<Record<string, unknown>> | undefined;
      readonly error: unknown;
    };

/**
 * The process crashes, as it does by a fault of native code: SIGSEGV.
 *
 * @example
 * const task = inProcess(Heartbeat, [], { fault: crash({ after: 500 }) });
 * await task.result().catch(error => console.log(error.exit.cause));
 * // prints: crash
 */
export const crash = (options: FaultOptions = {}): Fault => killedBy('SIGSEGV', options);

/**
 * The process ends with this exit code, as it does by `process.exit(code)`.
 *
 * @param code - the exit code
 * @param options - when
 * @example
 * const task = inProcess(Heartbeat, [], { fault: exitCode(3) });
 * await task.result().catch(error => console.log(error.exit.code));
 * // prints: 3
 */
export const exitCode = (code: number, { after = 0 }: FaultOptions = {}): Fault => ({
  type: 'end',
  code,
  signal: null,
  after,
});

/**
 * Somebody else ends the process by this signal: the out-of-memory killer by SIGKILL, say.
 *
 * @param signal - the signal
 * @param options - when
 * @example
 * const task = inProcess(Heartbeat, [], { fault: killedBy('SIGKILL') });
 * await task.result().catch(error => console.log(error.exit.signal));
 * // prints: SIGKILL
 */
export const killedBy = (signal: NodeJS.Signals, { after = 0 }: FaultOptions = {}): Fault => ({
  type: 'end',
  code: null,
  signal,
  after,
});

/**
 * The process loads for ever. It is killed after the class's `READY_TIMEOUT`.
 *
 * @example
 * const task = inProcess(Heartbeat, [], { fault: neverReady() });
 * // At once: the 30 s are virtual.
 * await task.result().catch(error => console.log(error.phase));
 * // prints: ready
 */
export const neverReady = (): Fault => ({ type: 'never-ready' });

/**
 * The task emits messages by a marble diagram in place of its work. One column is a millisecond of virtual time, from
 * when the task is ready. `|` ends the work without a result. `#` throws `error`, by default an Error.
 *
 * @example
 * const fault = messages('a 9ms b|', { a: 'one', b: 'two' });
 * inProcess(Heartbeat, [], { fault }).message$.subscribe(message =>
 *   console.log(message),
 * );
 * // prints: one
 * // prints: two
 */
export const messages = (
  marbles: string,
  values?: Readonly<Record<string, unknown>>,
  error: unknown = new Error('an error of the marbles'),
): Fault => ({ type: 'messages', marbles, values, error });
