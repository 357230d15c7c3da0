/** Compile-only: what a pool makes of work(). */
import type { StateError } from 'offspring-rx';
import {
  type ItemContext,
  type ItemOf,
  type MapOptions,
  type Mapped,
  mapInSubprocess,
  type Outcome,
  type OutputOf,
  type PoolOptions,
  type RunResultOf,
  type SharedOf,
  SubprocessWorker,
  WorkerPool,
} from 'offspring-rx/pool';
import { type Observable, of } from 'rxjs';
import { same, some } from './expect.js';

class Thumbnail extends SubprocessWorker<[size: number], Uint8Array, Uint8Array> {
  size = 0;
  override init(size: number) {
    this.size = size;
  }
  override work(image: Uint8Array) {
    return image.subarray(this.size);
  }
}
class Later extends SubprocessWorker<[], string> {
  override async work(text: string) {
    return text.length;
  }
}
class Several extends SubprocessWorker<[], number> {
  override *work(count: number) {
    for (let at = 0; at < count; at++) yield { at };
  }
}
class SeveralLater extends SubprocessWorker<[], number> {
  override async *work(count: number) {
    yield String(count);
  }
}
class Streaming extends SubprocessWorker<[], number> {
  override work(count: number): Observable<bigint> {
    return of(BigInt(count));
  }
}
class Nothing extends SubprocessWorker<[verbose?: boolean]> {
  override work() {}
}

same<ItemOf<Thumbnail>, Uint8Array>(true);
same<OutputOf<Later>, number>(true);
same<OutputOf<Several>, { at: number }>(true);
same<OutputOf<SeveralLater>, string>(true);
same<OutputOf<Streaming>, bigint>(true);
same<OutputOf<Nothing>, void>(true);
same<ItemOf<Nothing>, unknown>(true);

// The arguments of init are needed where it needs them
new WorkerPool(Thumbnail, { args: [128] });
new WorkerPool(Thumbnail, { args: [128], workers: 2, ordered: false });
new WorkerPool(Later);
new WorkerPool(Later, { workers: 2 });
new WorkerPool(Nothing, { args: [true] });
// @ts-expect-error init needs a size
new WorkerPool(Thumbnail);
// @ts-expect-error init needs a size
new WorkerPool(Thumbnail, { workers: 2 });
// @ts-expect-error the size is a number
new WorkerPool(Thumbnail, { args: ['128'] });
// @ts-expect-error no such option
new WorkerPool(Later, { worker: 2 });

// run() and map()
const pool = some<WorkerPool<Later>>();
same<ReturnType<typeof pool.run>, Promise<number>>(true);
// Several outputs come as an array
same<RunResultOf<Several>, { at: number }[]>(true);
same<RunResultOf<SeveralLater>, string[]>(true);
same<RunResultOf<Streaming>, bigint[]>(true);
same<RunResultOf<Nothing>, void>(true);
same<RunResultOf<Thumbnail>, Uint8Array>(true);
class Either extends SubprocessWorker<[], number> {
  override async work(count: number) {
    return count > 0 ? some<AsyncIterable<number>>() : 'none';
  }
}
same<RunResultOf<Either>, number[] | 'none'>(true);
void some<WorkerPool<Several>>().run(1, { priority: 2 });
same<Several['index'], number>(true);
// What workers share
class Looking extends SubprocessWorker<[], string, number, Map<string, number>> {
  override work(word: string) {
    same<typeof this.shared, Map<string, number>>(true);
    return this.shared.get(word) ?? 0;
  }
}
same<SharedOf<Looking>, Map<string, number>>(true);
new WorkerPool(Looking, { share: new Map([['a', 1]]) });
// @ts-expect-error the workers expect a value
new WorkerPool(Looking);
// @ts-expect-error the workers expect a value
new WorkerPool(Looking, { workers: 2 });
// @ts-expect-error it is a Map
new WorkerPool(Looking, { share: 'words' });
// @ts-expect-error the workers know of no value
new WorkerPool(Later, { share: 'words' });
of('a').pipe(mapInSubprocess(Looking, { share: new Map() }));
// The signal of an item
class Heeding extends SubprocessWorker<[], string, number> {
  override async work(url: string, { signal }: ItemContext) {
    same<typeof signal, AbortSignal>(true);
    return url.length;
  }
}
void some<WorkerPool<Heeding>>()
  .run('a')
  .then(length => same<typeof length, number>(true));
same<WorkerPool<Later>['ready$'], Observable<void>>(true);
void pool.shutdown({ drain: true, grace: 100 });
const mapped = pool.map(['a']);
same<typeof mapped, Mapped<number>>(true);
pool.map(of('a')).subscribe(length => same<typeof length, number>(true));
const settled = pool.map(new Set(['a']), { settle: true });
same<typeof settled, Mapped<Outcome<string, number>>>(true);
settled.subscribe(outcome => {
  if (outcome.status === 'canceled') same<typeof outcome.reason, StateError>(true);
  else if (outcome.status === 'rejected') same<typeof outcome.reason, unknown>(true);
  else same<typeof outcome.values, number[]>(true);
});
// Options that are made elsewhere
const mapOptions: MapOptions = { ordered: false };
const either = pool.map(['a'], mapOptions);
same<typeof either, Mapped<number | Outcome<string, number>>>(true);
pool.map(['a'], { signal: new AbortController().signal });
// @ts-expect-error the controller has the signal
pool.map(['a'], { signal: new AbortController() });
// @ts-expect-error an item is a string
void pool.run(1);
// @ts-expect-error an item is a string
pool.map([1]);

// The operator
const lengths$ = of('a').pipe(mapInSubprocess(Later, { workers: 2 }));
same<typeof lengths$, Observable<number>>(true);
const small$ = of(new Uint8Array(1)).pipe(mapInSubprocess(Thumbnail, { args: [1] }));
same<typeof small$, Observable<Uint8Array>>(true);
const outcome$ = of('a').pipe(mapInSubprocess(Later, { settle: true }));
same<typeof outcome$, Observable<Outcome<string, number>>>(true);
const poolOptions: PoolOptions<[]> = { workers: 2 };
const either$ = of('a').pipe(mapInSubprocess(Later, poolOptions));
same<typeof either$, Observable<number | Outcome<string, number>>>(true);
// @ts-expect-error init needs a size
mapInSubprocess(Thumbnail);
// @ts-expect-error an item is a string
of(1).pipe(mapInSubprocess(Later));

// Nothing else is a worker's
class Emits extends SubprocessWorker<[], string> {
  override work(text: string) {
    // @ts-expect-error what work() returns is the output
    void this.emit(text);
  }
}
void Emits;
