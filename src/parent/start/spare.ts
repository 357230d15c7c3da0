/** Parent side: one process that stands ready for a class. It does not keep the parent alive, and ends with it. */
import { firstValueFrom, ReplaySubject } from 'rxjs';
import { encodeFrame } from '../../protocol/frames';
import type { PrimeOrder } from '../../protocol/to-child';
import { LONGEST_TIMER } from '../../util/clock';
import { guard, unguard } from '../end/guardian';
import type { Joinable } from '../end/join';
import { type Registered, register, unregister } from '../end/registry';
import type { Flags } from '../flags';
import { KeepAlive } from '../process/keep-alive';
import { type Observed, type OnObserved, observeChild } from '../process/observe-child';
import { closePipes, handlesOf, type SpawnedChild } from '../process/spawn-child';
import { type Class, isOf } from './prime-order';

export interface SpareConfig {
  type: Class;
  child: SpawnedChild;
  prime: PrimeOrder;
  /** The place of the class, for messages. */
  shown: string;
  likeness: string;
  flags: Flags;
  /** Called when it is of no use any more: taken, ending, or gone. */
  onLeft(): void;
}

export class Spare implements Registered {
  readonly #config: SpareConfig;
  readonly #keepAlive = new KeepAlive();
  readonly #gone$ = new ReplaySubject<undefined>(1);
  #state: 'booting' | 'ready' | 'taken' | 'ending' | 'gone' = 'booting';
  #onObserved: OnObserved = observed => this.#see(observed);

  constructor(config: SpareConfig) {
    const { child, prime, flags } = config;
    this.#config = config;
    this.#keepAlive.attach(handlesOf(child));
    register(this);
    guard(child.pid, flags.SHUTDOWN_GRACE);
    observeChild(child, observed => this.#onObserved(observed));
    child.send(encodeFrame([prime]));
  }

  get child(): SpawnedChild {
    return this.#config.child;
  }

  get shown(): string {
    return this.#config.shown;
  }

  get likeness(): string {
    return this.#config.likeness;
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** From now on it is somebody else's, who is told what is seen of it. */
  take(onObserved: OnObserved): void {
    this.#state = 'taken';
    this.#onObserved = onObserved;
    // Its guard stays, for who takes it.
    this.#leave();
  }

  isOf(type: object): boolean {
    return isOf(this.#config.type, type);
  }

  async entered(): Promise<void> {}

  /** Resolves when it is gone. */
  async shutdown(): Promise<undefined> {
    const release = this.#keepAlive.acquire();
    this.#end();
    return firstValueFrom(this.#gone$).finally(release);
  }

  kill(): void {
    this.child.process.kill('SIGKILL');
  }

  atExit(): Joinable {
    return { child: this.child, ask: () => this.#ask(), grace: this.#config.flags.SHUTDOWN_GRACE, enterLimit: 0 };
  }

  #see(observed: Observed): void {
    if (observed.type === 'end') {
      this.#state = 'gone';
      this.#leave();
      unguard(this.child.pid);
      closePipes(this.child);
      this.#gone$.next(undefined);
    } else if (observed.type === 'report' && observed.report.type === 'primed' && this.#state === 'booting') {
      this.#state = 'ready';
    } else {
      // It could not load its module, say.
      this.#end();
    }
  }

  #end(): void {
    if (this.#state === 'ending' || this.#state === 'gone') return;
    this.#state = 'ending';
    this.#config.onLeft();
    this.#ask();
    const { SHUTDOWN_GRACE } = this.#config.flags;
    if (SHUTDOWN_GRACE > LONGEST_TIMER) return;
    const patience = setTimeout(() => this.kill(), SHUTDOWN_GRACE).unref();
    this.#gone$.subscribe(() => clearTimeout(patience));
  }

  #ask(): void {
    this.child.process.kill('SIGTERM');
  }

  #leave(): void {
    this.#keepAlive.detach();
    unregister(this);
    this.#config.onLeft();
  }
}
