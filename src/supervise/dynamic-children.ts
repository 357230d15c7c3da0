/** Parent side: the children that are added to a supervisor after its construction, as one branch. */
import { Observable, ReplaySubject, type Subscriber } from 'rxjs';
import { type Branch, type Context, type Signal, UP } from './branch';
import type { ChildFactory } from './child-factories';
import type { Settings } from './options';
import { type RestartingConfig, restarting } from './restarting';
import type { Nest } from './run';
import { child } from './supervised-child';

interface Dynamic {
  readonly key: string;
  /** Whether its key was given. Such children stop one after the other, and all others at once. */
  readonly isNamed: boolean;
  readonly factory: ChildFactory;
  readonly settings: Settings;
  readonly place: number;
  branch?: Branch;
  /** Its turn to stop, while it runs. */
  turn$: ReplaySubject<void>;
}

export interface DynamicConfig {
  place: readonly number[];
  nest: Nest;
  settings: Pick<Settings, 'strategy'>;
  restarting: RestartingConfig;
  /** The first number that is free for their places. */
  first: number;
  /** Called with the key of each child that is about to start. */
  adopt(key: string): void;
}

/** With 'one-for-all' their failures are passed on. Otherwise a child that fails is restarted alone. */
export class DynamicChildren {
  readonly #children = new Map<string, Dynamic>();
  #count = 0;
  #config: DynamicConfig | undefined;
  #context: Context | undefined;
  #subscriber: Subscriber<Signal> | undefined;
  readonly #running = new Set<Dynamic>();
  /** They are being stopped, or their turn to start has not come. */
  #isClosed = true;
  /** Their turn to stop has come. */
  #isTurn = false;
  /** The supervisor ends by itself, so no child that is added is started. */
  isEnding = false;

  has(key: string): boolean {
    return this.#children.has(key);
  }

  /** Starts it when all children before these are up. */
  add(key: string, isNamed: boolean, factory: ChildFactory, settings: Settings): void {
    const added: Dynamic = { key, isNamed, factory, settings, place: this.#count, turn$: new ReplaySubject(1) };
    this.#count += 1;
    this.#children.set(key, added);
    if (!this.#isClosed) this.#start(added);
  }

  /** Completes only after a stop. */
  branchIn(config: DynamicConfig): Branch {
    this.#config = config;
    return context =>
      new Observable(subscriber => {
        this.#context = context;
        this.#subscriber = subscriber;
        this.#isClosed = false;
        this.#isTurn = false;
        subscriber.add(context.began$.subscribe(() => this.#close()));
        subscriber.add(context.turn$.subscribe(() => this.#stop()));
        if (this.#isClosed) return;
        subscriber.next(UP);
        for (const each of this.#children.values()) this.#start(each);
      });
  }

  #start(each: Dynamic): void {
    const { context, subscriber } = { context: this.#context as Context, subscriber: this.#subscriber };
    const turn$ = new ReplaySubject<void>(1);
    each.turn$ = turn$;
    this.#running.add(each);
    this.#config?.adopt(each.key);
    each.branch ??= this.#branchOf(each);
    each.branch({ ...context, turn$ }).subscribe({
      next: signal => {
        if (signal.type !== 'up') subscriber?.next(signal);
      },
      complete: () => this.#ended(each),
    });
  }

  #branchOf({ key, factory, settings, place }: Dynamic): Branch {
    const { place: above, nest, first, restarting: config, settings: all } = this.#config as DynamicConfig;
    const leaf = child(factory, { key, place: [...above, first + place], nest }, settings, true);
    return all.strategy === 'one-for-all' ? leaf : restarting(leaf, config);
  }

  #ended(each: Dynamic): void {
    this.#running.delete(each);
    if (this.#isClosed) return this.#stopNext();
    const { place, first } = this.#config as DynamicConfig;
    const { owner, path } = this.#context as Context;
    owner.leave([...place, first + each.place]);
    this.#children.delete(each.key);
    this.#subscriber?.next({ type: 'note', note: { is: 'removed', path: [...path, each.key] } });
  }

  #close(): void {
    this.#isClosed = true;
    this.#completeOnceEnded();
  }

  /** Those without a given key depend on nothing, so they stop at once. */
  #stop(): void {
    this.#isTurn = true;
    for (const { isNamed, turn$ } of [...this.#running].reverse()) if (!isNamed) turn$.next();
    this.#stopNext();
  }

  /** Those with a given key stop in reverse order, after the others. */
  #stopNext(): void {
    const running = [...this.#running];
    const isNext = this.#isTurn && running.every(({ isNamed }) => isNamed);
    if (isNext) running.at(-1)?.turn$.next();
    this.#completeOnceEnded();
  }

  #completeOnceEnded(): void {
    if (this.#running.size === 0) this.#subscriber?.complete();
  }
}
