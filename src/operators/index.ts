/** Parent side: the public operators for `event$`. */
export { ofType } from './of-type';
export { toState } from './to-state';
export { whenExited } from './when-exited';
export { whenReady } from './when-ready';
