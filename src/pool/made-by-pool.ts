/** Both sides: tells workers that a pool constructs from workers that user code constructs. */
import { acrossCopies } from '../util/across-copies';

interface Construction {
  isByPool: boolean;
  worker: object | undefined;
  /** Fields that the pool sets. None in a child, which gets them from its parent. */
  fields: object | undefined;
}

/** The construction that goes on at the moment. The worker's class may extend that of another copy of the package. */
const construction = acrossCopies<Construction>('pool.construction', () => ({
  isByPool: false,
  worker: undefined,
  fields: undefined,
}));

/** Calls `construct`. If it throws after a worker was constructed, calls `discard` with that worker first. */
export function constructInPool<T extends object>(
  construct: () => T,
  discard: (worker: T) => void,
  fields?: object,
): T {
  construction.isByPool = true;
  construction.worker = undefined;
  construction.fields = fields;
  try {
    return construct();
  } catch (error) {
    if (construction.worker) discard(construction.worker as T);
    throw error;
  } finally {
    construction.isByPool = false;
    construction.worker = undefined;
  }
}

/** Whether a pool constructs a worker at the moment. */
export const isPoolConstructing = (): boolean => construction.isByPool;

/** Remembers a worker after `super()`. The constructors of its derived classes have yet to run, and may throw. */
export function rememberConstructed(worker: object): void {
  construction.worker = worker;
  if (construction.fields) Object.assign(worker, construction.fields);
}
