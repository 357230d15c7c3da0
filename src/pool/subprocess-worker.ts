/** Both sides: a unit of work that a pool runs for one item after another, in a child process. */
import type { Observable } from 'rxjs';
import { isChild, StateError, Subprocess } from '../index';
import { isByPool, keepMade } from './made-by-pool';
import type { PoolCommand, WorkerMessage } from './wire/messages';

/** What `work` may return: a value, a promise of it, or several values by a generator object or an Observable. */
export type Work<Out> =
  | Out
  | PromiseLike<Out>
  | Generator<Out, unknown, any>
  | AsyncGenerator<Out, unknown, any>
  | Observable<Out>;

/**
 * Extend it, write `work()`, and hand the class to a `WorkerPool` or to `mapInSubprocess`, which construct it.
 *
 * @typeParam Args - what the pool's `args` and `init` take
 * @typeParam In - an item
 * @typeParam Out - what an item gives
 */
export abstract class SubprocessWorker<Args extends unknown[] = [], In = unknown, Out = unknown> extends Subprocess<
  Args,
  never,
  never
> {
  /** @throws StateError where no pool constructs it */
  constructor(...args: Args) {
    const made = isByPool();
    if (!made && !isChild) throw notByPool(new.target.name);
    super(...args);
    if (made) keepMade(this);
    // The child makes its instance anew; any other that is made there is somebody's.
    if (!made && isChild && isOfParent(this)) {
      void Subprocess.prototype.shutdown.call(this);
      throw notByPool(new.target.name);
    }
  }

  /** Child side: once, before the first item. The worker takes items when it is done. */
  begin(): void | Promise<void> {}

  /**
   * Child side: the work for one item; one item is worked on at a time. Several outputs come from a generator object or
   * an Observable: what it yields or emits. An array, a string or any other iterable is one output.
   */
  abstract work(item: In): Work<Out>;

  /** Child side: once, after the last item, bar a crash, SIGKILL and process.exit. */
  end(): void | Promise<void> {}

  /** Belongs to the library, which drives `begin`, `work` and `end` in the child. @throws StateError in the parent */
  override run(): Promise<void> {
    const { workThrough } = require('./child/work-loop') as typeof import('./child/work-loop');
    return workThrough(this as never, (message: WorkerMessage) => super.emit(message as never));
  }

  /** Not for workers: what `work` returns or yields is its output. @throws StateError */
  override emit(_message: never): Promise<void> {
    throw new StateError(
      `${this.constructor.name}.emit() is not for workers: return the output from work(), or several from a generator`,
      { subprocess: this.constructor.name },
    );
  }
}

/** Whatever its arguments, items and outputs. */
export type AnySubprocessWorker = SubprocessWorker<any, any, any>;

/** A class of workers. */
export type WorkerClass<Worker extends AnySubprocessWorker = AnySubprocessWorker> = Omit<
  typeof Subprocess,
  'prototype'
> &
  (new (
    ...args: any[]
  ) => Worker);

/** What `work` takes; anything, where it takes nothing. */
export type ItemOf<Worker extends AnySubprocessWorker> =
  Parameters<Worker['work']> extends [] ? unknown : Parameters<Worker['work']>[0];

/** What `work` gives: its value, awaited, or what its generator yields or its Observable emits. */
export type OutputOf<Worker extends AnySubprocessWorker> = Given<ReturnType<Worker['work']>>;

type Given<Returned> =
  Returned extends Generator<infer Out, any, any>
    ? Out
    : Returned extends AsyncGenerator<infer Out, any, any>
      ? Out
      : Returned extends Observable<infer Out>
        ? Out
        : Returned extends PromiseLike<infer Out>
          ? Given<Out>
          : Returned;

/** What a worker reads from its pool. */
export interface PoolPort {
  readonly signal: AbortSignal;
  readonly command$: Observable<PoolCommand>;
}

const notByPool = (name: string) =>
  new StateError(
    `${name} is a SubprocessWorker, which only a pool constructs: new WorkerPool(${name}), or mapInSubprocess(${name})`,
    { subprocess: name },
  );

function isOfParent(worker: AnySubprocessWorker): boolean {
  try {
    // A member of the parent's: in the child's own instance it throws.
    return worker.process !== undefined;
  } catch {
    return false;
  }
}

/** What was given for a class, for messages. */
export const shownClass = (type: unknown): string => (type as { name?: string } | null)?.name || String(type);

/** @throws StateError if `type` is no class that a pool can use; `where` opens its message */
export function checkWorker(type: unknown, where: string): void {
  const { name = '', prototype } = (type ?? {}) as { name?: string; prototype?: Partial<AnySubprocessWorker> };
  const fail = (what: string) => new StateError(`${where}: ${what}`, { subprocess: name });
  if (typeof type !== 'function' || !(prototype instanceof SubprocessWorker)) {
    throw fail('it takes a class that extends SubprocessWorker');
  }
  if (typeof prototype.work !== 'function')
    throw fail('there is no work() method: write there what is done for one item');
  if (prototype.run !== SubprocessWorker.prototype.run) {
    throw fail('its run() would replace what works through the items: write work(item) instead');
  }
  if ((type as typeof SubprocessWorker).TERMINATE_ON_SHUTDOWN === false) {
    throw fail('TERMINATE_ON_SHUTDOWN is false, but a worker waits for items until it is stopped: leave it true');
  }
}
