/** Both sides: the public surface. */

// Errors and their guards
export {
  ExitError,
  isExitError,
  isProtocolError,
  isRemoteError,
  isSendError,
  isStartError,
  isStateError,
  isSubprocessError,
  ProtocolError,
  RemoteError,
  type RemoteFacts,
  SendError,
  StartError,
  type StartPhase,
  StateError,
  SubprocessError,
} from './errors';
// Types
export type { EventOf, SubprocessEvent } from './events';
export type { Completed, ExitStatus, Failed, Killed, NotStarted, Stopped } from './exit-status';
// As a cold Observable
export { fromSubprocess } from './from-subprocess';
// Where am I
export { isChild } from './side';
export type { SubprocessState } from './state';
// What to extend
export { Subprocess } from './subprocess';
export { type LoopOutcome, SubprocessLoop } from './subprocess-loop';
export type {
  AnySubprocess,
  ArgsOf,
  ForkOptions,
  Iteration,
  MessageOf,
  ResultOf,
  ShutdownOptions,
  Stdio,
  SubprocessClass,
} from './types';
