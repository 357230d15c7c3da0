/** Both sides: how a task in the same process can be made to fail. Each fault has the effect of a real process. */

/** When a fault happens. */
export interface FaultOptions {
  /** Milliseconds of virtual time after the task is ready. Default: 0, before its work begins. */
  after?: number;
}

/** What happens to a task in the same process. `crash`, `exitCode`, `killedBy`, `neverReady` and `messages` make it. */
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

/** The process crashes, as it does by a fault of native code: SIGSEGV. */
export const crash = (options: FaultOptions = {}): Fault => killedBy('SIGSEGV', options);

/** The process ends with this exit code, as it does by `process.exit(code)`. */
export const exitCode = (code: number, { after = 0 }: FaultOptions = {}): Fault => ({
  type: 'end',
  code,
  signal: null,
  after,
});

/** Somebody else ends the process by this signal: the out-of-memory killer by SIGKILL, say. */
export const killedBy = (signal: NodeJS.Signals, { after = 0 }: FaultOptions = {}): Fault => ({
  type: 'end',
  code: null,
  signal,
  after,
});

/** The process loads for ever. It is killed after the class's `READY_TIMEOUT`. */
export const neverReady = (): Fault => ({ type: 'never-ready' });

/**
 * The task emits messages by a marble diagram in place of its work. One column is a millisecond of virtual time, from
 * when the task is ready. `|` ends the work without a result. `#` throws `error`, by default an Error.
 */
export const messages = (
  marbles: string,
  values?: Readonly<Record<string, unknown>>,
  error: unknown = new Error('an error of the marbles'),
): Fault => ({ type: 'messages', marbles, values, error });
