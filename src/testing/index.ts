/** Both sides: the public names of `offspring-rx/testing`. */
export { expectNoChildren, type LeftOptions } from './expect-no-children';
export { crash, exitCode, type Fault, type FaultOptions, killedBy, messages, neverReady } from './fault';
export { type InProcessOptions, inProcess, type TaskType } from './in-process';
export { type InProcessPoolOptions, poolInProcess } from './pool-in-process';
export type { Recording } from './recording';
export { VirtualTime } from './virtual-time';
