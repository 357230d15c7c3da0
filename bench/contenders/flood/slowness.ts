/** How slow the parent is: after so many messages it does nothing else for so long. */
export const EVERY = 1_000;
/** ms. */
export const PAUSE = 10;

/** Blocks, as work would. */
export function work(index: number): void {
  if (index % EVERY === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
}
