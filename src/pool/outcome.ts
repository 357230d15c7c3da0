/** Both sides: what goes into a `map` and what comes out of it. */
import type { Observable } from 'rxjs';

/** Where items come from. An Iterable or AsyncIterable is pulled as there is room; an Observable's items wait. */
export type MapSource<In> = Iterable<In> | AsyncIterable<In> | Observable<In>;

/** The stream of a `map`: an Observable, and an AsyncIterable whose consumer sets the pace. */
export type Mapped<Out> = Observable<Out> & AsyncIterable<Out>;

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
