/** Child side: runs a Subprocess. */
import type { AnySubprocess } from '../subprocess';
import { queueMicrotask } from '../util/timers';
import { isThenable, type Subscribable, streamOf, unsubscribe } from '../util/value-kinds';

export interface RunReports {
  entered(): void;
  emit(message: unknown): Promise<void>;
}

/**
 * Calls `run`, and emits what its generator yields, its AsyncIterable gives or its Observable emits. Resolves with the
 * value that `run` or its generator returned, or with undefined for an Observable. Rejects with what was thrown.
 */
export async function runOnce(instance: AnySubprocess, reports: RunReports): Promise<unknown> {
  const returned: unknown = instance.run();
  if (!isThenable(returned)) return follow(returned, reports);
  reports.entered();
  return follow(await returned, { ...reports, entered() {} });
}

function follow(value: unknown, reports: RunReports): unknown {
  const stream = streamOf(value);
  if (stream && 'iterator' in stream) return emitYielded(stream.iterator, reports);
  reports.entered();
  return stream ? emitAll(stream.source$, reports) : value;
}

async function emitYielded(
  iterator: AsyncIterator<unknown> | Iterator<unknown>,
  reports: RunReports,
): Promise<unknown> {
  const { entered, emit } = reports;
  const first = iterator.next();
  entered();
  // An async function, so that what `emit` throws is a rejection too.
  const emitAsync = async (value: unknown) => emit(value);
  let step = await first;
  while (!step.done) {
    step = await emitAsync(step.value).then(
      () => iterator.next(),
      error => throwInto(iterator, error),
    );
  }
  return step.value;
}

/** A generator may catch the error. Any other iterator is closed, as `for await` does. */
async function throwInto(iterator: AsyncIterator<unknown> | Iterator<unknown>, error: unknown) {
  if (iterator.throw) return iterator.throw(error);
  await iterator.return?.();
  throw error;
}

function emitAll(source$: Subscribable, { emit }: RunReports): Promise<void> {
  return new Promise((resolve, reject) => {
    const subscription = source$.subscribe({
      next(value) {
        try {
          void emit(value);
        } catch (error) {
          reject(error);
          // `subscription` is not yet assigned if the source emits during `subscribe`.
          queueMicrotask(() => unsubscribe(subscription));
        }
      },
      error: reject,
      complete: resolve,
    });
  });
}
