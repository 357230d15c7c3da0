/** Both sides: the error of an item as data, and the same error again at the caller. */
import {
  ExitError,
  type ExitStatus,
  isExitError,
  isRemoteError,
  isSendError,
  isStartError,
  isStateError,
  isSubprocessError,
  RemoteError,
  type RemoteFacts,
  SendError,
  StartError,
  type StartPhase,
  StateError,
  SubprocessError,
} from '../../index';
import { isTimeoutError, TimeoutError } from '../../pool/timeout-error';
import { safeText } from '../../util/safely';

type Kind = 'remote' | 'exit' | 'timeout' | 'start' | 'send' | 'state' | 'subprocess' | 'other';

/** An error of a host. All of its fields can be serialized. */
export interface EncodedFailure {
  kind: Kind;
  name: string;
  message: string;
  stack: string;
  subprocess: string;
  pid: number | null;
  remote?: RemoteFacts;
  errors?: EncodedFailure[];
  exit?: ExitStatus;
  stderr?: readonly string[];
  phase?: StartPhase;
  /** ms, of a TimeoutError. */
  timeout?: number;
  cause?: EncodedFailure;
}

const DEEPEST_CAUSE = 16;

const kindOf = (error: unknown): Kind => {
  if (isRemoteError(error)) return 'remote';
  if (isExitError(error)) return 'exit';
  if (isTimeoutError(error)) return 'timeout';
  if (isStartError(error)) return 'start';
  if (isSendError(error)) return 'send';
  if (isStateError(error)) return 'state';
  return isSubprocessError(error) ? 'subprocess' : 'other';
};

export function encodeFailure(reason: unknown, depth = 0): EncodedFailure {
  const error = (reason ?? {}) as Partial<RemoteError & ExitError & StartError>;
  const { cause } = error;
  return {
    kind: kindOf(reason),
    name: safeText(error.name ?? 'Error'),
    message: safeText(error.message ?? reason),
    stack: safeText(error.stack ?? ''),
    subprocess: safeText(error.subprocess ?? ''),
    pid: error.pid ?? null,
    ...(isRemoteError(reason) ? { remote: reason.remote } : {}),
    ...(isRemoteError(reason) && reason.errors
      ? { errors: reason.errors.map(each => encodeFailure(each, depth + 1)) }
      : {}),
    ...(isExitError(reason) ? { exit: withoutError(reason.exit), stderr: reason.stderr } : {}),
    ...(isTimeoutError(reason) ? { timeout: reason.timeout } : {}),
    ...(isStartError(reason) ? { phase: reason.phase } : {}),
    ...(cause === undefined || depth >= DEEPEST_CAUSE ? {} : { cause: encodeFailure(cause, depth + 1) }),
  };
}

/** The status refers back to its error. */
function withoutError({ error: _, ...exit }: ExitStatus): ExitStatus {
  return exit as ExitStatus;
}

/** The error of the same class as at the host, with the same fields and the host's stack. */
export function decodeFailure(failure: EncodedFailure): Error {
  const { kind, name, message, stack, subprocess, pid, remote, errors, exit, stderr, phase, timeout, cause } = failure;
  const context = { subprocess, pid, ...(cause ? { cause: decodeFailure(cause) } : {}) };
  if (kind === 'remote' && remote) {
    const inner = errors?.map(each => decodeFailure(each) as RemoteError);
    return new RemoteError(message, remote, { ...context, ...(inner ? { errors: inner } : {}) });
  }
  let error: Error;
  if (kind === 'exit' && exit) {
    error = new ExitError(message, exit, { ...context, stderr: stderr ?? [] });
    // As at the host: a status that has failed has its error.
    if (exit.reason === 'failed' || exit.reason === 'killed') exit.error = error as ExitError;
  } else if (kind === 'timeout' && timeout !== undefined)
    error = new TimeoutError(message, timeout, { subprocess, pid });
  else if (kind === 'start' && phase) error = new StartError(phase, message, context);
  else if (kind === 'send') error = new SendError(message, context);
  else if (kind === 'state') error = new StateError(message, context);
  else if (kind === 'subprocess') error = new SubprocessError(message, context);
  else error = Object.assign(new Error(message, cause ? { cause: context.cause } : {}), { name });
  error.stack = stack;
  return error;
}
