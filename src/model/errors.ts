/** Both sides: the errors of this library, each recognisable across two copies of the package. */
import type { ExitStatus } from './exit-status';

/** Where this library's own frames of the child are. */
const OWN_FRAMES = ['child/', 'pool/', 'index.js:'].flatMap(place => [
  `${__dirname}/${place}`,
  `${__dirname}\\${place.replace('/', '\\')}`,
]);

const BRAND = Symbol.for('offspring-rx.error');

export interface ErrorContext {
  /** Name of the Subprocess class. */
  subprocess: string;
  /** Process id of the child; `null` where there is none. */
  pid?: number | null;
  cause?: unknown;
}

/** What every error of this library has. */
export class SubprocessError extends Error {
  readonly subprocess: string;
  readonly pid: number | null;

  constructor(message: string, { subprocess, pid = null, ...rest }: ErrorContext) {
    super(message, 'cause' in rest ? { cause: rest.cause } : undefined);
    this.subprocess = subprocess;
    this.pid = pid;
  }
}

/** How far a start had come when it failed. */
export type StartPhase = 'init' | 'locate' | 'snapshot' | 'spawn' | 'load' | 'ready';

/** The child never became ready. `phase` tells how far it had come, `cause` why it failed. */
export class StartError extends SubprocessError {
  readonly phase: StartPhase;

  constructor(phase: StartPhase, message: string, context: ErrorContext) {
    super(message, context);
    this.phase = phase;
  }
}

/** What is known of a value that was thrown in the child. */
export interface RemoteFacts {
  name: string;
  message: string;
  stack: string;
  /** The error's own fields, those that could cross (`code`, `errno`, ...). */
  data: Record<string, unknown>;
  /** The thrown value itself, where it was no Error and could cross. */
  thrown?: unknown;
}

/** The child's code threw. `remote` has the name, message, stack and fields of what was thrown; `cause` its cause. */
export class RemoteError extends SubprocessError {
  readonly remote: RemoteFacts;
  /** The errors of an AggregateError. */
  declare readonly errors?: RemoteError[];

  constructor(message: string, remote: RemoteFacts, context: ErrorContext & { errors?: RemoteError[] }) {
    const { errors, ...rest } = context;
    super(message, rest);
    this.remote = remote;
    if (errors) this.errors = errors;
    // The frames that lead to the fault are the child's; those of this library say nothing about it.
    this.stack = [`${this.name}: ${message}`, ...framesOf(remote)].join('\n');
  }
}

function framesOf({ name, message, stack }: RemoteFacts): string[] {
  const header = `${name}: ${message}`;
  const frames = stack.startsWith(header) ? stack.slice(header.length + 1) : stack;
  return frames.split('\n').filter(line => line !== '' && !OWN_FRAMES.some(own => line.includes(own)));
}

/** The process ended otherwise than by returning from `run`. */
export class ExitError extends SubprocessError {
  declare readonly exit: ExitStatus;
  /** The last lines of the child's stderr, where `STDIO` is 'pipe'. */
  readonly stderr: readonly string[];

  constructor(message: string, exit: ExitStatus, context: ErrorContext & { stderr?: readonly string[] }) {
    const { stderr = [], ...rest } = context;
    super(message, rest);
    // The status holds this error too: a circle that JSON.stringify would trip over.
    Object.defineProperty(this, 'exit', { value: exit });
    this.stderr = stderr;
  }
}

/** A value could not be sent, or the other side was gone before it had it. */
export class SendError extends SubprocessError {}

/** A member was used at the wrong time, on the wrong side, or with the wrong value. */
export class StateError extends SubprocessError {}

/** The channel brought something that this version does not understand; the child was ended. */
export class ProtocolError extends SubprocessError {}

// On the prototype, so that `name` and the brand are no own fields that a printed error would list.
for (const [name, type] of Object.entries({
  SubprocessError,
  StartError,
  RemoteError,
  ExitError,
  SendError,
  StateError,
  ProtocolError,
})) {
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
  Object.defineProperty(type.prototype, BRAND, { value: name });
}

function brandOf(error: unknown): unknown {
  try {
    return error instanceof Error ? (error as { [BRAND]?: unknown })[BRAND] : undefined;
  } catch {
    // A Proxy, which may throw at any look.
    return undefined;
  }
}

/** True for every error of this library, also one made by another copy of the package. */
export const isSubprocessError = (error: unknown): error is SubprocessError => brandOf(error) !== undefined;
export const isStartError = (error: unknown): error is StartError => brandOf(error) === 'StartError';
export const isRemoteError = (error: unknown): error is RemoteError => brandOf(error) === 'RemoteError';
export const isExitError = (error: unknown): error is ExitError => brandOf(error) === 'ExitError';
export const isSendError = (error: unknown): error is SendError => brandOf(error) === 'SendError';
export const isStateError = (error: unknown): error is StateError => brandOf(error) === 'StateError';
export const isProtocolError = (error: unknown): error is ProtocolError => brandOf(error) === 'ProtocolError';
