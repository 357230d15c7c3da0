/** Both sides: the value of the option `share`, on its way to the `shared` of a worker. */

/** Not a private field of the worker: an instance whose constructor has thrown has none. */
const sharedValues = new WeakMap<object, unknown>();

/** The field that brings the token of the value to a child. */
export const SHARE = 'offspring-rx.share';

/** Whether a worker in a child has a token, or lacks what the pool has set, since its snapshot() sends other fields. */
export const needsShare = (worker: object): boolean => SHARE in worker || !Object.hasOwn(worker, 'index');

export const hasShared = (worker: object): boolean => sharedValues.has(worker);

export const sharedOf = (worker: object): unknown => sharedValues.get(worker);

export function setShared(worker: object, value: unknown): void {
  sharedValues.set(worker, value);
}
