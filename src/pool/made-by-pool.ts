/** Both sides: tells the workers that a pool constructs from those that somebody else does. */
let making = false;
let made: object | undefined;

/** Calls `make`, during which a worker may be constructed; `discard` gets what was, where the rest of it throws. */
export function byPool<T extends object>(make: () => T, discard: (made: T) => void): T {
  making = true;
  made = undefined;
  try {
    return make();
  } catch (error) {
    if (made) discard(made as T);
    throw error;
  } finally {
    making = false;
    made = undefined;
  }
}

/** Whether a pool makes a worker now. */
export const isByPool = (): boolean => making;

/** It has been made, so far. */
export function keepMade(worker: object): void {
  made = worker;
}
