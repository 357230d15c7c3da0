/** Both sides: the types of the source and of the outputs of `map`. */
import type { Observable } from 'rxjs';
import type { StateError } from '../index';

/**
 * Gives the items. An Iterable or AsyncIterable is pulled as there is room. The items of an Observable are queued.
 *
 * @example const sources: MapSource<Uint8Array>[] = [images, image$];
 */
export type MapSource<In> = Iterable<In> | AsyncIterable<In> | Observable<In>;

/**
 * What `map` returns: an Observable, and an AsyncIterable that slows the work down to the pace of its consumer.
 *
 * @example
 * await using pool = new WorkerPool(Thumbnail, { args: [128] });
 * const thumbnails: Mapped<Uint8Array> = pool.map(images);
 * for await (const thumbnail of thumbnails) console.log(thumbnail.length);
 * // prints: 8
 * // prints: 16
 */
export type Mapped<Out> = Observable<Out> & AsyncIterable<Out>;

/**
 * The result of one item, with the option `settle`.
 *
 * @example
 * await using pool = new WorkerPool(Thumbnail, {
 *   args: [128],
 *   settle: true,
 * });
 * pool.map(images, { settle: true }).subscribe(outcome => {
 *   if (outcome.status === 'fulfilled') console.log(outcome.value.length);
 *   else console.log(outcome.status, outcome.reason);
 * });
 * await pool.drain();
 * // prints: 8
 * // prints: 16
 */
export type Outcome<In = unknown, Out = unknown> =
  | {
      status: 'fulfilled';
      item: In;
      /** The last output, or undefined if there is none. */
      value: Out;
      /** All outputs. */
      values: Out[];
    }
  | {
      /** The work failed, or the pool was shut down in the middle of it. */
      status: 'rejected';
      item: In;
      reason: unknown;
    }
  | {
      /** The pool was shut down before the work on the item began. */
      status: 'canceled';
      item: In;
      reason: StateError;
    };
