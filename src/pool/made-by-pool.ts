/** Both sides: tells workers that a pool constructs from workers that user code constructs. */
let isConstructing = false;
let constructed: object | undefined;

/** Calls `construct`. If it throws after a worker was constructed, calls `discard` with that worker first. */
export function constructInPool<T extends object>(construct: () => T, discard: (worker: T) => void): T {
  isConstructing = true;
  constructed = undefined;
  try {
    return construct();
  } catch (error) {
    if (constructed) discard(constructed as T);
    throw error;
  } finally {
    isConstructing = false;
    constructed = undefined;
  }
}

/** Whether a pool constructs a worker at the moment. */
export const isPoolConstructing = (): boolean => isConstructing;

/** Remembers a worker after `super()`. The constructors of its derived classes have yet to run, and may throw. */
export function rememberConstructed(worker: object): void {
  constructed = worker;
}
