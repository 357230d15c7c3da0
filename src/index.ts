/** Both sides: the public names of the package. */

// First of all, before a test may replace the global timers: the parent half is loaded later.
import './util/timers';

// What node:diagnostics_channel publishes
export type { DiagnosticsChannels, TaskPayload, TracedRun, TracedWork } from './channel-payloads';
// A process as a cold Observable
export { fromSubprocess } from './from-subprocess';
// Processes that are ready for any class
export { keepSpares } from './keep-spares';
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
  isWatchdogError,
  ProtocolError,
  RemoteError,
  type RemoteFacts,
  SendError,
  StartError,
  type StartPhase,
  StateError,
  SubprocessError,
  WatchdogError,
  type Whereabouts,
} from './model/errors';
// Types
export type { EventOf, SubprocessEvent } from './model/events';
export type { Completed, ExitCause, ExitStatus, Failed, Killed, NotStarted, Stopped } from './model/exit-status';
export type { SubprocessState } from './model/state';
export type {
  ArgsOf,
  ForkOptions,
  Iteration,
  LogLine,
  MessageIterator,
  MessageOf,
  ResultOf,
  ShutdownOptions,
  Stdio,
  Usage,
} from './model/types';
// Which side this code runs on
export { isChild } from './side';
// Classes to extend
export { type AnySubprocess, Subprocess, type SubprocessClass } from './subprocess';
export { type LoopOutcome, SubprocessLoop } from './subprocess-loop';
