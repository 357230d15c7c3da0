/** Child side: runs a Subprocess. */
import type { Observable } from 'rxjs';
import type { AnySubprocess } from '../model/types';
import { type Generated, isGenerator, isObservable } from '../util/value-kinds';

export interface RunReports {
  entered(): void;
  emit(message: unknown): Promise<void>;
}

/** Resolves with the result: what `run` returned, its generator returned, or void for an Observable. Rejects with what it threw. */
export async function runOnce(instance: AnySubprocess, reports: RunReports): Promise<unknown> {
  const returned: unknown = instance.run();
  if (isGenerator(returned)) return drain(returned, reports);
  reports.entered();
  return isObservable(returned) ? follow(returned, reports) : returned;
}

async function drain(generator: Generated, { entered, emit }: RunReports): Promise<unknown> {
  const first = generator.next();
  entered();
  const emitted = async (value: unknown) => emit(value);
  let step = await first;
  while (!step.done) {
    step = await emitted(step.value).then(
      () => generator.next(),
      error => generator.throw(error),
    );
  }
  return step.value;
}

function follow(source$: Observable<unknown>, { emit }: RunReports): Promise<void> {
  return new Promise((resolve, reject) => {
    const subscription = source$.subscribe({
      next(value) {
        try {
          void emit(value);
        } catch (error) {
          reject(error);
          // Not yet assigned where the source emits upon subscription.
          queueMicrotask(() => subscription.unsubscribe());
        }
      },
      error: reject,
      complete: resolve,
    });
  });
}
