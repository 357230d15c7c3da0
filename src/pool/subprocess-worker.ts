/** Both sides: the class to extend for a worker that a pool runs in a child process. */
import type { InteropObservable, Observable } from 'rxjs';
import { isChild, StateError, Subprocess } from '../index';
import { basePrototype, markBaseClass } from '../util/base-class';
import { isPoolConstructing, rememberConstructed } from './made-by-pool';
import { hasShared, sharedOf } from './shared-value';
import { type PoolCommand, WIRE_VERSION, type WorkerMessage } from './wire/messages';

/** What `work` gets besides its item: see the example of SubprocessWorker. */
export interface ItemContext {
  /**
   * Aborts when the item is canceled, its stream is left, its `timeout` is over or the pool is shut down. The reason is a
   * DOMException with the name AbortError, or TimeoutError.
   */
  readonly signal: AbortSignal;
}

/** What `work` may return: an output, a promise of it, or a generator object, AsyncIterable or Observable of several outputs. */
export type Work<Out> =
  | Out
  | PromiseLike<Out>
  | Generator<Out, unknown, any>
  | AsyncGenerator<Out, unknown, any>
  | AsyncIterable<Out>
  | InteropObservable<Out>
  | Observable<Out>;

/**
 * Extend it, write `work()`, and pass the class to a `WorkerPool` or to `mapInSubprocess`, which construct it.
 *
 * @example
 * export class Size extends SubprocessWorker<[], string, number> {
 *   override async work(url: string, { signal }: ItemContext) {
 *     const response = await fetch(url, { signal });
 *     return (await response.arrayBuffer()).byteLength;
 *   }
 * }
 *
 * await using pool = new WorkerPool(Size);
 * console.log(await pool.run('data:,hello'));
 * // prints: 5
 *
 * @typeParam Args - the arguments of `init`, which are the option `args` of the pool
 * @typeParam In - an item
 * @typeParam Out - an output
 * @typeParam Shared - what the option `share` of the pool hands to all workers
 */
export abstract class SubprocessWorker<
  Args extends unknown[] = [],
  In = unknown,
  Out = unknown,
  Shared = undefined,
> extends Subprocess<Args, never, never> {
  /**
   * Both sides: which of the pool's workers this is, from 0 to `workers` - 1. No other worker that lives has the same.
   * The worker that replaces this one has it again. It is set before `init` and before `begin`.
   */
  declare readonly index: number;

  /** @throws StateError if user code constructs it, since only a pool may */
  constructor(...args: Args) {
    const isByPool = isPoolConstructing();
    if (!isByPool && !isChild) throw notByPool(new.target.name);
    super(...args);
    if (isByPool) rememberConstructed(this);
    // In a child, the library constructs the child's own instance. User code has constructed any other.
    if (!isByPool && isChild && isParentInstance(this)) {
      void Subprocess.prototype.shutdown.call(this);
      throw notByPool(new.target.name);
    }
  }

  /**
   * Child side: the value of the option `share`, in `begin`, `work` and `end`. It is the worker's own copy; it does not
   * change it for others. Undefined if the pool has no such option.
   * @throws StateError in the parent, and before `begin`
   */
  get shared(): Shared {
    if (!hasShared(this)) {
      const { name } = this.constructor;
      const where = isChild ? 'before begin()' : 'in the parent';
      throw new StateError(`${name}.shared is not there ${where}: use it in begin(), work() or end()`, {
        subprocess: name,
      });
    }
    return sharedOf(this) as Shared;
  }

  /** Child side: runs once, before the first item. The worker takes items when it is done. */
  begin(): void | Promise<void> {}

  /**
   * Child side: the work on one item. A worker works on `concurrency` items at a time. `signal` of the context aborts when
   * nobody wants the outputs any more: see `cancelGrace`. To give several outputs, return a generator
   * object, an AsyncIterable or an Observable: each value that it gives is an output. An array, a string or any Iterable
   * is one output.
   */
  abstract work(item: In, context: ItemContext): Work<Out>;

  /** Child side: runs once, after the last item. It does not run after a crash, SIGKILL or `process.exit()`. */
  end(): void | Promise<void> {}

  /**
   * For the library only: calls `begin`, `work` and `end` in the child.
   * @throws StateError in the parent
   * @internal
   */
  override run(): Promise<void> {
    const { runWorker } = require('./child/run-worker') as typeof import('./child/run-worker');
    return runWorker(this as never, (message: WorkerMessage) => super.emit(message as never), isChild);
  }

  /**
   * Not for workers, whose outputs are what `work` returns or yields.
   * @throws StateError
   * @internal
   */
  override emit(_message: never): Promise<void> {
    throw new StateError(
      `${this.constructor.name}.emit() is not for workers: return the output from work(), or several from a generator`,
      { subprocess: this.constructor.name },
    );
  }
}

const BASE_NAME = 'SubprocessWorker';
/** On the prototype: the version of the messages between a pool and its workers. */
const WIRE = Symbol.for('offspring-rx.pool.wire');

markBaseClass(SubprocessWorker, BASE_NAME);
Object.defineProperty(SubprocessWorker.prototype, WIRE, { value: WIRE_VERSION });

/**
 * A worker with any arguments, items and outputs.
 *
 * @example
 * const types: WorkerClass<AnySubprocessWorker>[] = [Thumbnail, LookUp];
 */
export type AnySubprocessWorker = SubprocessWorker<any, any, any, any>;

/**
 * A class of workers.
 *
 * @example
 * const poolOf = (type: WorkerClass<Thumbnail>) =>
 *   new WorkerPool(type, { args: [128] });
 */
export type WorkerClass<Worker extends AnySubprocessWorker = AnySubprocessWorker> = Omit<
  typeof Subprocess,
  'prototype'
> &
  (new (
    ...args: any[]
  ) => Worker);

/** The arguments of a worker's `init`. */
export type WorkerArgs<Worker extends AnySubprocessWorker> = Parameters<Worker['init']>;

/**
 * What the workers get by the option `share`.
 *
 * @example const counts: SharedOf<LookUp> = new Map([['fox', 3]]);
 */
export type SharedOf<Worker extends AnySubprocessWorker> = Worker['shared'];

/**
 * The item that `work` takes. Any item, if `work` has no parameter.
 *
 * @example const image: ItemOf<Thumbnail> = new Uint8Array(1_024);
 */
export type ItemOf<Worker extends AnySubprocessWorker> =
  Parameters<Worker['work']> extends [] ? unknown : Parameters<Worker['work']>[0];

/**
 * What `run` of a pool resolves with: the output of `work`, or an array of all if it gives several.
 *
 * @example const count: RunResultOf<LookUp> = 3;
 */
export type RunResultOf<Worker extends AnySubprocessWorker> = RunResultFrom<ReturnType<Worker['work']>>;

type RunResultFrom<Returned> =
  Returned extends PromiseLike<infer Value>
    ? RunResultFrom<Value>
    : Returned extends
          | Generator<any, any, any>
          | AsyncGenerator<any, any, any>
          | Observable<any>
          | InteropObservable<any>
          | AsyncIterable<any>
      ? OutputFrom<Returned>[]
      : Returned;

/**
 * An output of `work`: the awaited return value, or what its generator yields or its Observable emits.
 *
 * @example
 * const show = (thumbnail: OutputOf<Thumbnail>) =>
 *   console.log(thumbnail.length);
 */
export type OutputOf<Worker extends AnySubprocessWorker> = OutputFrom<ReturnType<Worker['work']>>;

type OutputFrom<Returned> =
  Returned extends Generator<infer Out, any, any>
    ? Out
    : Returned extends AsyncGenerator<infer Out, any, any>
      ? Out
      : Returned extends Observable<infer Out> | InteropObservable<infer Out> | AsyncIterable<infer Out>
        ? Out
        : Returned extends PromiseLike<infer Out>
          ? OutputFrom<Out>
          : Returned;

/** The members of a worker that its work loop uses. */
export interface WorkerInput {
  readonly signal: AbortSignal;
  readonly command$: Observable<PoolCommand>;
}

/** Whether the worker's snapshot has all of its fields. */
export const sendsFields = ({ snapshot }: AnySubprocessWorker): boolean => snapshot === Subprocess.prototype.snapshot;

const notByPool = (name: string) =>
  new StateError(
    `${name} is a SubprocessWorker, which only a pool constructs: new WorkerPool(${name}), or mapInSubprocess(${name})`,
    { subprocess: name },
  );

function isParentInstance(worker: AnySubprocessWorker): boolean {
  try {
    // Only a parent instance has `process`. In the child's own instance it throws.
    return worker.process !== undefined;
  } catch {
    return false;
  }
}

/** The name of a class for messages, or the text of any other value. */
export const nameOfClass = (type: unknown): string => (type as { name?: string } | null)?.name || String(type);

/** @throws StateError if `type` is no class that a pool can use. `call` begins its message. */
export function checkWorker(type: unknown, call: string): void {
  const { name = '', prototype } = (type ?? {}) as { name?: string; prototype?: Partial<AnySubprocessWorker> };
  const fail = (what: string) => new StateError(`${call}: ${what}`, { subprocess: name });
  // The worker may be of another copy of the package, which then runs it in the child.
  const base = basePrototype(prototype, BASE_NAME) as { run: unknown; [WIRE]?: unknown } | undefined;
  if (typeof type !== 'function' || !prototype || !base) throw fail(`it takes a class that extends ${BASE_NAME}`);
  if (base[WIRE] !== WIRE_VERSION) {
    throw fail(`it extends the ${BASE_NAME} of another version of offspring-rx: use one version for both`);
  }
  if (typeof prototype.work !== 'function')
    throw fail('there is no work() method: write there what is done for one item');
  if (prototype.run !== base.run) {
    throw fail('its run() would replace what works through the items: write work(item) instead');
  }
  if ((type as typeof SubprocessWorker).TERMINATE_ON_SHUTDOWN === false) {
    throw fail('TERMINATE_ON_SHUTDOWN is false, but a worker waits for items until it is stopped: leave it true');
  }
}
