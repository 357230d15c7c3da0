/** Child side: runs a Subprocess. */
import type { Observable } from 'rxjs';
import type { AnySubprocess } from '../model/types';
import { type Generated, isGenerator, isObservable } from '../util/value-kinds';

export interface RunReports {
  entered(): void;
  emit(message: unknown): Promise<void>;
}

/**
 * Calls `run`, and emits what its generator yields or its Observable emits. Resolves with the value that `run` or its
 * generator returned, or with undefined for an Observable. Rejects with what was thrown.
 */
export async function runOnce(instance: AnySubprocess, reports: RunReports): Promise<unknown> {
  const returned: unknown = instance.run();
  if (isGenerator(returned)) return emitYielded(returned, reports);
  reports.entered();
  return isObservable(returned) ? emitAll(returned, reports) : returned;
}

async function emitYielded(generator: Generated, { entered, emit }: RunReports): Promise<unknown> {
  const first = generator.next();
  entered();
  // An async function, so that what `emit` throws is a rejection too.
  const emitAsync = async (value: unknown) => emit(value);
  let step = await first;
  while (!step.done) {
    step = await emitAsync(step.value).then(
      () => generator.next(),
      error => generator.throw(error),
    );
  }
  return step.value;
}

function emitAll(source$: Observable<unknown>, { emit }: RunReports): Promise<void> {
  return new Promise((resolve, reject) => {
    const subscription = source$.subscribe({
      next(value) {
        try {
          void emit(value);
        } catch (error) {
          reject(error);
          // `subscription` is not yet assigned if the source emits during `subscribe`.
          queueMicrotask(() => subscription.unsubscribe());
        }
      },
      error: reject,
      complete: resolve,
    });
  });
}
