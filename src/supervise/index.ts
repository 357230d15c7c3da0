/** Parent side: the public names of `offspring-rx/supervise`. */
export type { Backoff } from './backoff';
export type { ChildEvent, ChildFactory, Children, Supervision } from './child-factories';
export type { Failure, Place, SupervisorEvent } from './events';
export type { Intensity } from './intensity';
export type { SuperviseAllOptions, SuperviseOptions } from './options';
export { isRestartLimitError, RestartLimitError } from './restart-limit-error';
export type { RestartPolicy } from './restart-policy';
export type { Strategy } from './strategies';
export { supervise } from './supervise';
export { superviseAll } from './supervise-all';
