/** Host side: why a host drops an item that has not failed. */

/** The caller does not want the item any more. Nothing of it stays in Redis. */
export class Unwanted extends Error {
  /** BullMQ goes by this name: it does not try the job again. */
  override readonly name = 'UnrecoverableError';
}

/** The lease of the caller is over. */
export class CallerGone extends Unwanted {
  constructor() {
    super('its caller is gone');
  }
}

/** Another host has the item, or will have it. It stays in Redis. */
export class NotOurs extends Error {}
