/** Parent side: one spare process, of a class or for any class. It does not keep the parent alive, and ends with it. */
import { firstValueFrom, ReplaySubject } from 'rxjs';
import { encodeFrame } from '../../protocol/frames';
import type { PrimeOrder } from '../../protocol/to-child';
import { Subprocess } from '../../subprocess';
import { type BaseClass, extendsClass } from '../../util/base-class';
import { LONGEST_TIMER } from '../../util/clock';
import { clearTimeout, setTimeout } from '../../util/timers';
import { guard, unguard } from '../end/guardian';
import type { Joinable } from '../end/join';
import { type Registered, register, unregister } from '../end/registry';
import type { Flags } from '../flags';
import { KeepAlive } from '../process/keep-alive';
import { type Observed, type OnObserved, observeChild } from '../process/observe-child';
import { closePipes, handlesOf, type SpawnedChild } from '../spawn/spawn-child';
import type { Class } from './locate-class';

export interface SpareConfig {
  /** Left out: it is a spare for any class, and whoever takes it gives it its order to prime. */
  class?: { type: Class; prime: PrimeOrder; place: string };
  child: SpawnedChild;
  /** Equal for two processes if an instance can run in either. */
  fingerprint: string;
  flags: Pick<Flags, 'SHUTDOWN_GRACE' | 'MEMORY_LIMIT'>;
  /** Called when the spare is taken, is ending or has ended. */
  onUnavailable(): void;
}

export class Spare implements Registered {
  readonly #config: SpareConfig;
  readonly #keepAlive = new KeepAlive();
  readonly #ended$ = new ReplaySubject<undefined>(1);
  #unwatchMemory = (): void => {};
  #state: 'booting' | 'ready' | 'taken' | 'ending' | 'ended' = 'booting';
  #onObserved: OnObserved = observed => this.#observe(observed);

  constructor(config: SpareConfig) {
    const { child, flags } = config;
    this.#config = config;
    this.#keepAlive.attach(handlesOf(child));
    register(this);
    guard(child.pid, flags.SHUTDOWN_GRACE, child.leadsGroup);
    observeChild(child, observed => this.#onObserved(observed));
    if (flags.MEMORY_LIMIT !== Number.POSITIVE_INFINITY) {
      const { watchMemory } = require('../end/memory-watch') as typeof import('../end/memory-watch');
      this.#unwatchMemory = watchMemory(child.pid, flags.MEMORY_LIMIT, () => this.kill());
    }
    if (config.class) child.send(encodeFrame([config.class.prime]));
    // It may still boot, but it began earlier than a new process would.
    else this.#state = 'ready';
  }

  get child(): SpawnedChild {
    return this.#config.child;
  }

  /** The place of its class, for messages. Undefined if it is a spare for any class. */
  get place(): string | undefined {
    return this.#config.class?.place;
  }

  get fingerprint(): string {
    return this.#config.fingerprint;
  }

  get isReady(): boolean {
    const { exitCode, signalCode } = this.child.process;
    return this.#state === 'ready' && exitCode === null && signalCode === null;
  }

  /** Gives the process to an instance. From now on, `onObserved` gets what is observed of it. */
  take(onObserved: OnObserved): void {
    this.#state = 'taken';
    this.#onObserved = onObserved;
    // It stays guarded: the instance decides about that.
    this.#becomeUnavailable();
  }

  isOf(type: object): boolean {
    return extendsClass((this.#config.class?.type ?? Subprocess).prototype, type as BaseClass);
  }

  get keepsAlive(): boolean {
    return this.#keepAlive.isEffective;
  }

  /** A spare has no work to wait for. */
  async entered(): Promise<void> {}

  /** Resolves when the process has ended. */
  async shutdown(): Promise<undefined> {
    const release = this.#keepAlive.acquire();
    this.#end();
    return firstValueFrom(this.#ended$).finally(release);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  atExit(): Joinable {
    const { SHUTDOWN_GRACE: grace } = this.#config.flags;
    return { child: this.child, ask: () => this.#ask(), insist: undefined, grace, enterLimit: 0 };
  }

  #observe(observed: Observed): void {
    if (observed.type === 'end') {
      this.#state = 'ended';
      this.#becomeUnavailable();
      unguard(this.child.pid);
      closePipes(this.child);
      this.#ended$.next(undefined);
    } else if (observed.type === 'report' && observed.report.type === 'primed' && this.#state === 'booting') {
      this.#state = 'ready';
    } else {
      // For example, it could not load its module.
      this.#end();
    }
  }

  #end(): void {
    if (this.#state === 'ending' || this.#state === 'ended') return;
    this.#state = 'ending';
    this.#config.onUnavailable();
    this.#ask();
    const { SHUTDOWN_GRACE } = this.#config.flags;
    if (SHUTDOWN_GRACE > LONGEST_TIMER) return;
    const killTimer = setTimeout(() => this.kill(), SHUTDOWN_GRACE).unref();
    this.#ended$.subscribe(() => clearTimeout(killTimer));
  }

  #ask(): void {
    // A parent that has given up its user may not signal it. It also ends when its channel closes.
    if (!this.child.kill('SIGTERM')) closePipes(this.child);
  }

  #becomeUnavailable(): void {
    this.#unwatchMemory();
    this.#keepAlive.detach();
    unregister(this);
    this.#config.onUnavailable();
  }
}
