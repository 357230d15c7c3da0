/** Both sides: the public operators over `event$`. */
export { ofType } from './of-type';
export { toState } from './to-state';
export { whenExited } from './when-exited';
export { whenReady } from './when-ready';
