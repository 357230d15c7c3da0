/** Both sides: tells the workers that a pool constructs from those that somebody else does. */
let making = false;

/** Calls `make`, during which a worker may be constructed. */
export function byPool<T>(make: () => T): T {
  making = true;
  try {
    return make();
  } finally {
    making = false;
  }
}

export const isByPool = (): boolean => making;
