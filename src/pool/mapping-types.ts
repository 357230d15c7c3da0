/** Both sides: the types of what goes into `map` and comes out of it. */
import type { Observable } from 'rxjs';

/** Where items come from. An Iterable or AsyncIterable is pulled as there is room; an Observable's items wait. */
export type MapSource<In> = Iterable<In> | AsyncIterable<In> | Observable<In>;

/** The stream of a `map`: an Observable, and an AsyncIterable whose consumer sets the pace. */
export type Mapped<Out> = Observable<Out> & AsyncIterable<Out>;

export interface MapOptions {
  /** Whether outputs come in the order of their items. Default: as the pool. */
  ordered?: boolean;
  /** Whether an item's failure is a value on the stream. Default: as the pool. */
  settle?: boolean;
}

export interface RunOptions {
  /** Gives the item up: the promise rejects with the signal's reason; where the item is being worked on, its worker is replaced. */
  signal?: AbortSignal;
}

/** What became of an item, with the option `settle`. */
export type Outcome<In = unknown, Out = unknown> =
  | {
      status: 'fulfilled';
      item: In;
      /** The last output; undefined if there is none. */
      value: Out;
      /** All outputs. */
      values: Out[];
    }
  | { status: 'rejected'; item: In; reason: unknown };
