/** Parent side: the public names of `offspring-rx/supervise`. */
export type { AutoShutdown } from './auto-shutdown';
export type { Backoff } from './backoff';
export type { ChildEvent, ChildFactory, Children, Supervision } from './child-factories';
export type { ChildSnapshot, ChildState } from './children-state';
export type { Failure, Place, SupervisorEvent } from './events';
export type { Intensity } from './intensity';
export type { ChildOptions, SuperviseAllOptions, SuperviseOptions } from './options';
export { isRestartLimitError, RestartLimitError } from './restart-limit-error';
export type { RestartPolicy } from './restart-policy';
export type { Strategy } from './strategies';
export { supervise } from './supervise';
export { superviseAll } from './supervise-all';
export { Supervisor, type TaskOf } from './supervisor';
