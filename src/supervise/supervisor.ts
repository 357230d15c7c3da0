/** Parent side: a supervisor that can be held: asked about its children, and for their starts and stops. */
import { AsyncSubject, firstValueFrom, type Observable, Subject } from 'rxjs';
import { type AnySubprocess, StateError } from '../index';
import { FACTORY_EXPECTED, isFactory } from '../take-over';
import { BOOLEAN, type Check } from '../util/check-options';
import { queueMicrotask } from '../util/timers';
import type { Signal, TreeEvent } from './branch';
import type { ChildControl } from './child-control';
import { ChildControls } from './child-controls';
import { type ChildEvent, type ChildFactory, type Children, checkedChildren, KEY } from './child-factories';
import type { ChildSnapshot } from './children-state';
import { DynamicChildren } from './dynamic-children';
import type { Place, SupervisorEvent } from './events';
import { KnownChildren } from './known-children';
import { onAbort } from './on-abort';
import {
  type ChildOptions,
  checkerFor,
  type Settings,
  type SuperviseAllOptions,
  settingsFor,
  settingsOfChild,
} from './options';
import { supervisor } from './supervisor-branch';
import { Tree } from './tree';
import { warnOfEnd } from './warn-of-end';

/**
 * The task of the child with this key.
 *
 * @example
 * const children = { beat: () => new Heartbeat() };
 * const stop = (beat: TaskOf<typeof children, 'beat'>) => beat.shutdown();
 */
export type TaskOf<C extends Children, Key> = Key extends keyof C
  ? Extract<ReturnType<C[Key]>, AnySubprocess>
  : AnySubprocess;

const FACTORY: Check = [FACTORY_EXPECTED, isFactory];

/**
 * Runs the children as `superviseAll` does, and lives until `shutdown()`: while it lives, children can be started,
 * stopped and restarted by hand. The first child is started in a microtask, so that no event is missed.
 *
 * It also ends by itself after too many failures, if a factory throws, and as `autoShutdown` says.
 *
 * @example
 * await using supervisor = new Supervisor(
 *   { beat: () => new Heartbeat() },
 *   { restart: 'always' },
 * );
 * await firstValueFrom(supervisor.ready$);
 * supervisor.start('count', () => new CountLines('access.log'));
 * await supervisor.restart('beat');
 * const children = await firstValueFrom(supervisor.children$);
 * console.log(children.map(({ key }) => key));
 * // prints: [ 'beat', 'count' ]
 */
export class Supervisor<C extends Children = Children> {
  readonly #settings: Settings;
  readonly #tree = new Tree(this.constructor.name);
  readonly #controls = new ChildControls();
  readonly #dynamic = new DynamicChildren();
  readonly #staticKeys: readonly string[];
  readonly #event$ = new Subject<TreeEvent>();
  readonly #children = new KnownChildren();
  readonly #ready$ = new AsyncSubject<void>();
  readonly #over$ = new AsyncSubject<void>();
  #isStopping = false;
  #isOver = false;
  #count = 0;

  /** @throws StateError if a child or an option is wrong */
  constructor(children: C = {} as C, options: SuperviseAllOptions<keyof C & string> = {}) {
    this.#settings = settingsFor('Supervisor', options);
    checkedChildren('Supervisor', children, options);
    this.#staticKeys = Object.keys(children);
    const branch = supervisor(children, this.#settings, [], this.#dynamic);
    this.#tree.stopping$.subscribe(() => {
      this.#isStopping = true;
    });
    const unfollow = onAbort(options.signal, () => this.#tree.stop());
    this.#over$.subscribe({ complete: unfollow });
    queueMicrotask(() => {
      this.#tree.run(branch, this.#controls).subscribe({
        next: signal => this.#on(signal),
        error: error => this.#end(error),
        complete: () => this.#end(),
      });
    });
  }

  /**
   * Emits a SupervisorEvent for each start, end and restart from now on, also those of supervisors below. Completes when
   * the supervisor has ended. Errors with a RestartLimitError after `gave-up`, or with what a factory threw; no process
   * is left then. An error that no subscriber gets is a process warning.
   */
  readonly event$ = this.#event$.asObservable() as Observable<ChildEvent<C> | (SupervisorEvent & Place)>;

  /**
   * Emits a snapshot of each child, also below other supervisors: at once, and again when one has changed. Completes
   * when the supervisor has ended. Never errors.
   */
  readonly children$: Observable<readonly ChildSnapshot[]> = this.#children.snapshot$;

  /**
   * Emits once (void) when each child that the supervisor was constructed with is ready, or has ended and is not
   * restarted, and completes. Replayed. Errors with the reason if the supervisor ends before that.
   */
  readonly ready$: Observable<void> = this.#ready$.asObservable();

  /** Starts a child under a new key, after all children before it. Returns the key. @see the other form */
  start(factory: ChildFactory, options?: ChildOptions): string;
  /**
   * Starts a child when all children before it are ready, as the last one in the order. Returns its key. With
   * 'one-for-all' it is restarted with all others; with 'rest-for-one' it is restarted with the children that the
   * supervisor was constructed with, and alone when it fails. Once it has ended and is not restarted, it is forgotten.
   *
   * @throws StateError if an argument is wrong, the key is taken, or the supervisor is ending
   */
  start(key: string, factory: ChildFactory, options?: ChildOptions): string;
  start(first: string | ChildFactory, second?: ChildFactory | ChildOptions, third?: ChildOptions): string {
    const isNamed = typeof first !== 'function';
    const [factory, options] = isNamed ? [second, third] : [first, second as ChildOptions | undefined];
    const checker = checkerFor('Supervisor');
    const key = isNamed ? first : this.#newKey();
    checker.must('the key', key, KEY);
    checker.must(`child '${key}'`, factory, FACTORY);
    const settings = settingsOfChild(this.#settings, options);
    if (this.#isEnding)
      throw checker.fail(`it is ending, so child '${key}' cannot be started: start it before shutdown()`);
    if (this.#staticKeys.includes(key) || this.#dynamic.has(key)) {
      throw checker.fail(`there is a child '${key}' already: take another key, or restart('${key}')`);
    }
    this.#dynamic.add(key, isNamed, factory as ChildFactory, settings);
    return key;
  }

  /**
   * Stops a child, and does not restart it; those that it depends on and others go on. Resolves when it has ended. A
   * child that was added by `start` is forgotten; any other can be started again by `restart`. Of a supervisor, all
   * children stop, in reverse order.
   *
   * `path`: a key, or the keys from the top down to the child, as 'feeds/news' or ['feeds', 'news']. Rejects with a
   * StateError if there is no such child.
   */
  async stop(path: (keyof C & string) | string | readonly string[]): Promise<void> {
    await this.#found(path).stop();
  }

  /**
   * Restarts a child: shuts it down, and starts it again at once. That is no failure, and no other child is restarted
   * with it. Starts it if it has ended, was stopped, or waits for its restart. Resolves when it is ready again.
   *
   * `overlap: true`: starts the new task first, and shuts the old one down once the new one is ready. If the new one
   * fails before that, the old one goes on.
   *
   * Rejects with a StateError if there is no such child, or if its supervisor does not run or ends before that; and with
   * the error of a task that is not ready again.
   */
  async restart(
    path: (keyof C & string) | string | readonly string[],
    options: { overlap?: boolean } = {},
  ): Promise<void> {
    const { overlap = false } = checkerFor('Supervisor').withDefaults('options', options, NO_OVERLAP, RESTART_CHECKS);
    const control = this.#found(path);
    if (this.#isEnding) throw checkerFor('Supervisor').fail(`it is ending, so '${control.key}' is not restarted`);
    await control.restart(overlap);
  }

  /**
   * The task that does the work of a child now; undefined while there is none, and for a supervisor. `path` as for
   * `stop`.
   * @throws StateError if `path` is none
   */
  which<Key extends keyof C & string>(path: Key): TaskOf<C, Key> | undefined;
  which(path: string | readonly string[]): AnySubprocess | undefined;
  which(path: string | readonly string[]): unknown {
    return this.#children.taskAt(this.#children.pathOf(path));
  }

  /**
   * Shuts all children down, in reverse order, each when the one after it has ended; those that were started without a
   * key all at once. Nothing is started from then on. Resolves when all have ended. Never rejects.
   */
  async shutdown(): Promise<void> {
    this.#tree.stop();
    await firstValueFrom(this.#over$, { defaultValue: undefined });
  }

  /** Calls `shutdown()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  get #isEnding(): boolean {
    return this.#isStopping || this.#dynamic.isEnding;
  }

  #newKey(): string {
    let key: string;
    do {
      this.#count += 1;
      key = `child-${this.#count}`;
    } while (this.#staticKeys.includes(key) || this.#dynamic.has(key));
    return key;
  }

  /** @throws StateError if `path` is none, or there is no such child */
  #found(given: string | readonly string[]): ChildControl {
    const path = this.#children.pathOf(given);
    const [key = ''] = path;
    const isAtTop = path.length === 1 && (this.#staticKeys.includes(key) || this.#dynamic.has(key));
    if (isAtTop || this.#children.has(path)) return this.#controls.of(path);
    const known = this.#children.paths.map(each => `'${each}'`);
    const there = known.length === 0 ? 'is none' : `are ${known.join(', ')}`;
    throw checkerFor('Supervisor').fail(`there is no child '${path.join('/')}'; there ${there}`);
  }

  #on(signal: Signal): void {
    this.#children.add(signal);
    if (signal.type === 'up') {
      this.#ready$.next();
      this.#ready$.complete();
    }
    if (signal.type === 'note' && signal.note.is === 'removed') this.#controls.forget(signal.note.path);
    if (signal.type !== 'event') return;
    const { event } = signal;
    if (event.type === 'started') {
      const { task, path, attempt } = event;
      task.state$.subscribe(state => this.#children.add({ type: 'state', path, attempt, state }));
    }
    this.#event$.next(event);
  }

  #end(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isStopping = true;
    this.#controls.close();
    this.#children.add({ type: 'over' });
    const isHandled = this.#event$.observed || this.#ready$.observed;
    this.#ready$.error(error ?? new StateError('Supervisor: it ended before its children were ready', CONTEXT));
    this.#children.complete();
    this.#over$.complete();
    if (error === undefined) return this.#event$.complete();
    if (!isHandled) warnOfEnd(error);
    this.#event$.error(error);
  }
}

const CONTEXT = { subprocess: 'Supervisor' };
const NO_OVERLAP = { overlap: false };
const RESTART_CHECKS = { overlap: BOOLEAN };
