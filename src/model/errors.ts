/** Both sides: the error classes of this library; their guards also recognize errors of another copy of the package. */
import type { ExitStatus } from './exit-status';

/** Stack frames of the child whose line contains one of these paths are this library's own. */
const OWN_FRAMES = ['child/', 'pool/', 'testing/', 'index.js:'].flatMap(place => [
  `${__dirname}/${place}`,
  `${__dirname}\\${place.replace('/', '\\')}`,
]);

const BRAND = Symbol.for('offspring-rx.error');

export interface ErrorContext {
  /** Name of the Subprocess class. */
  subprocess: string;
  /** Process id of the child; `null` if there is none. */
  pid?: number | null;
  cause?: unknown;
}

/**
 * The base class of every error of this library. What to do: look up `code` in docs/troubleshooting.md. A guard such as
 * `isExitError` tells the classes apart, also those of another copy of the package, which `instanceof` does not.
 *
 * @example
 * try {
 *   await new CountLines('no-such-file').result();
 * } catch (error) {
 *   if (isRemoteError(error)) console.log(error.remote.data['code']);
 *   else if (isSubprocessError(error))
 *     console.log(error.code, error.message);
 *   else throw error;
 * }
 * // prints: ENOENT
 */
export class SubprocessError extends Error {
  /** Name of the Subprocess class. */
  readonly subprocess: string;
  /** Process id of the child; `null` if there is none. */
  readonly pid: number | null;
  /** What docs/troubleshooting.md explains: `OFFSPRING_EXIT`, or for a StartError its phase, `OFFSPRING_START_LOAD`. */
  readonly code: string;

  constructor(message: string, { subprocess, pid = null, ...rest }: ErrorContext) {
    super(message, 'cause' in rest ? { cause: rest.cause } : undefined);
    this.subprocess = subprocess;
    this.pid = pid;
    this.code = codeOf(this.name);
  }
}

/** RestartLimitError: OFFSPRING_RESTART_LIMIT. */
const codeOf = (name: string) => `OFFSPRING_${name.replace('Error', '').replace(/\B[A-Z]/g, '_$&')}`.toUpperCase();

/**
 * The step of a start at which it failed.
 *
 * - 'init': `init` threw, in the parent.
 * - 'locate': the module that defines the class was not found.
 * - 'snapshot': `snapshot` threw, in the parent, or the fields of the instance cannot be sent.
 * - 'spawn': `forkOptions` threw, or the system made no process.
 * - 'load': the child could not load the module, did not find the class there, or could not make the instance.
 * - 'ready': the child was not ready within `READY_TIMEOUT`.
 */
export type StartPhase = 'init' | 'locate' | 'snapshot' | 'spawn' | 'load' | 'ready';

/**
 * The child never became ready. `phase` is the step that failed, `cause` the reason. What to do: the message says what to
 * change. A start that failed may be tried again with a new instance.
 */
export class StartError extends SubprocessError {
  readonly phase: StartPhase;
  /** `OFFSPRING_START_` and the phase. */
  override readonly code: string;

  constructor(phase: StartPhase, message: string, context: ErrorContext) {
    super(message, context);
    this.phase = phase;
    this.code = codeOf(`Start_${phase}`);
  }
}

/** What the parent knows about a value that was thrown in the child. `name`, `message` and `stack` are those of the error. */
export interface RemoteFacts {
  name: string;
  message: string;
  stack: string;
  /** The error's own fields (`code`, `errno`, ...), without those that cannot be sent. */
  data: Record<string, unknown>;
  /** The thrown value itself, if it was not an Error and could be sent. */
  thrown?: unknown;
}

/**
 * The child's code threw. `remote` has the name, message, stack and fields of the thrown error, `cause` its cause. What to
 * do: handle it by these, as you would handle the thrown error itself. Its stack is that of the child.
 */
export class RemoteError extends SubprocessError {
  readonly remote: RemoteFacts;
  /** The errors of an AggregateError. */
  declare readonly errors?: RemoteError[];

  constructor(message: string, remote: RemoteFacts, context: ErrorContext & { errors?: RemoteError[] }) {
    const { errors, ...rest } = context;
    super(message, rest);
    this.remote = remote;
    if (errors) this.errors = errors;
    // The stack of the child, since the parent's own stack does not lead to the fault.
    this.stack = [`${this.name}: ${message}`, ...framesOf(remote)].join('\n');
  }
}

function framesOf({ name, message, stack }: RemoteFacts): string[] {
  const header = `${name}: ${message}`;
  const frames = stack.startsWith(header) ? stack.slice(header.length + 1) : stack;
  return frames.split('\n').filter(line => line !== '' && !OWN_FRAMES.some(own => line.includes(own)));
}

/**
 * The process ended before `run` had returned, or with a bad exit code or a signal. What to do: `exit.cause` says why in a
 * word, and `stderr` what the process printed last. A crash or a kill may pass if a new instance tries again.
 */
export class ExitError extends SubprocessError {
  /** How the process ended. Not enumerable, so not printed with the error. */
  declare readonly exit: ExitStatus;
  /** The last lines of the child's stderr, if `STDIO` is 'pipe' or `{ prefix: true }`; else empty. */
  readonly stderr: readonly string[];

  constructor(message: string, exit: ExitStatus, context: ErrorContext & { stderr?: readonly string[] }) {
    const { stderr = [], ...rest } = context;
    super(message, rest);
    // Not enumerable: the status refers back to this error, and JSON.stringify throws on a cycle.
    Object.defineProperty(this, 'exit', { value: exit });
    this.stderr = stderr;
  }
}

/** Where a child was that gave no sign of life, as far as it could be learned. */
export interface Whereabouts {
  /**
   * 'busy': its event loop was blocked. 'waiting': its event loop was free, so it awaited something. 'unknown': it did
   * not answer.
   */
  state: 'busy' | 'waiting' | 'unknown';
  /** The stack of a child that was busy; '' if it is not known. */
  stack: string;
  /** What kept the event loop of a child alive that was waiting, as `process.getActiveResourcesInfo()` names it. */
  resources: readonly string[];
}

/**
 * A child gave no sign of life for as long as its `watchdog` allows, and was killed. What to do: `where` says at which line
 * a busy child was, or what it awaited. Call `alive()` in long work, or raise `watchdog`.
 */
export class WatchdogError extends SubprocessError {
  /** Milliseconds without a sign of life. */
  readonly silence: number;
  /** Where the child was. */
  readonly where: Whereabouts;

  constructor(message: string, silence: number, where: Whereabouts, context: ErrorContext) {
    super(message, context);
    this.silence = silence;
    this.where = where;
    // The stack of the child, as for a RemoteError.
    if (where.stack) this.stack = `${this.name}: ${message}\n${where.stack}`;
  }
}

/**
 * A value could not be sent, or the other process ended before it received the value. What to do: the message has the
 * path of what cannot be sent; send plain data in its place. A command that was not received may go to a new instance.
 */
export class SendError extends SubprocessError {}

/**
 * A member was used at the wrong time, on the wrong side, or with the wrong value. What to do: change the code as the
 * message says. Trying again does not help.
 */
export class StateError extends SubprocessError {}

/**
 * The channel brought bytes that this version does not understand. The child was killed. What to do: find what writes to
 * descriptor 3 of the child (on Windows also 4), or use one version of the package in parent and child.
 */
export class ProtocolError extends SubprocessError {}

// On the prototype: a printed error lists own fields, and should not list `name` and the brand.
for (const [name, type] of Object.entries({
  SubprocessError,
  StartError,
  RemoteError,
  ExitError,
  SendError,
  StateError,
  ProtocolError,
  WatchdogError,
})) {
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
  Object.defineProperty(type.prototype, BRAND, { value: name });
}

function brandOf(error: unknown): unknown {
  try {
    return error instanceof Error ? (error as { [BRAND]?: unknown })[BRAND] : undefined;
  } catch {
    // A Proxy may throw from any trap.
    return undefined;
  }
}

/** True for every error of this library, also for one of another copy of the package. */
export const isSubprocessError = (error: unknown): error is SubprocessError => brandOf(error) !== undefined;
/** True for a StartError, also for one of another copy of the package. */
export const isStartError = (error: unknown): error is StartError => brandOf(error) === 'StartError';
/** True for a RemoteError, also for one of another copy of the package. */
export const isRemoteError = (error: unknown): error is RemoteError => brandOf(error) === 'RemoteError';
/** True for an ExitError, also for one of another copy of the package. */
export const isExitError = (error: unknown): error is ExitError => brandOf(error) === 'ExitError';
/** True for a SendError, also for one of another copy of the package. */
export const isSendError = (error: unknown): error is SendError => brandOf(error) === 'SendError';
/** True for a StateError, also for one of another copy of the package. */
export const isStateError = (error: unknown): error is StateError => brandOf(error) === 'StateError';
/** True for a ProtocolError, also for one of another copy of the package. */
export const isProtocolError = (error: unknown): error is ProtocolError => brandOf(error) === 'ProtocolError';
/** True for a WatchdogError, also for one of another copy of the package. */
export const isWatchdogError = (error: unknown): error is WatchdogError => brandOf(error) === 'WatchdogError';
