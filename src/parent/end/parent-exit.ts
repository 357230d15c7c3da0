/** Parent side: ends one instance when this process ends. */
import type { ExitStatus } from '../../model/exit-status';
import type { ShutdownOptions } from '../../model/types';
import { platform } from '../../platform/platform';
import type { AnySubprocess } from '../../subprocess';
import { type BaseClass, extendsClass } from '../../util/base-class';
import { saveCompiledSoon } from '../../util/save-compiled';
import type { ClassInfo } from '../flags';
import type { Journal } from '../follow/journal';
import type { Connection } from '../process/connection';
import type { SpawnedChild } from '../spawn/spawn-child';
import type { Ending } from './ending';
import { unguard } from './guardian';
import type { Joinable } from './join';
import { isTooLateToStart, type Registered, register, unregister } from './registry';
import { ENTER_LIMIT_MS, whenEntered } from './when-entered';

export interface ParentExitConfig {
  instance: AnySubprocess;
  info: ClassInfo;
  connection: Connection;
  journal: Journal;
  ending: Ending;
  /** Starts the instance now, if it has not started yet. It would start in a microtask. */
  startNow(): void;
}

export class ParentExit implements Registered {
  readonly #config: ParentExitConfig;

  constructor(config: ParentExitConfig) {
    this.#config = config;
  }

  /** Called when the instance is to start. From now on, the end of this process waits for it. */
  register(): void {
    register(this);
    if (isTooLateToStart()) void this.shutdown();
  }

  /** Called when the child has ended. */
  unregister({ pid, reason }: ExitStatus): void {
    unregister(this);
    if (pid !== null) unguard(pid);
    // By now this program has run most of what a program runs.
    if (reason === 'completed' || reason === 'stopped') saveCompiledSoon();
  }

  get task(): AnySubprocess {
    return this.#config.instance;
  }

  isOf(type: object): boolean {
    return extendsClass(this.task, type as BaseClass);
  }

  get keepsAlive(): boolean {
    return this.#config.connection.keepAlive.isEffective;
  }

  async entered(): Promise<void> {
    const { info, connection, journal } = this.#config;
    // A loop runs its `begin` and `end` even if it is shut down at once.
    if (connection.child && info.flags.WAIT_FOR_CHILD && info.kind === 'once') {
      await new Promise<void>(resolve => whenEntered(journal, resolve));
    }
  }

  shutdown(options?: ShutdownOptions): Promise<ExitStatus> {
    return this.#config.ending.shutdown(options);
  }

  kill(): void {
    this.#config.ending.kill('grace');
  }

  atExit(afterError: boolean): Joinable | undefined {
    const { info, connection, ending, startNow } = this.#config;
    if (info.flags.WAIT_FOR_CHILD && !afterError) startNow();
    if (connection.child) return this.#joinable();
    ending.cancel();
    return undefined;
  }

  #joinable(): Joinable {
    const { info, connection, journal, ending } = this.#config;
    const { WAIT_FOR_CHILD, TERMINATE_ON_SHUTDOWN, READY_TIMEOUT, SHUTDOWN_GRACE } = info.flags;
    connection.outbox.final();
    const isOnce = info.kind === 'once';
    // A loop may be asked at once, since it runs its `begin` and `end` in any case.
    const mustEnter = WAIT_FOR_CHILD && isOnce && !journal.facts.entered;
    const enterLimit = journal.facts.ready ? ENTER_LIMIT_MS : READY_TIMEOUT;
    const child = connection.child as NonNullable<Connection['child']>;
    const grace = Math.min(ending.grace, SHUTDOWN_GRACE);
    if (!platform.watch.readsWhileBlocked) return this.#joinableUnread(child, grace, mustEnter ? enterLimit : 0);
    const ask = () => {
      ending.ask();
      // `ask` may wait for an event, which an `exit` handler never gets. By now `run` is entered, or its time is over.
      if (isOnce) ending.signal();
    };
    return {
      child,
      ask: TERMINATE_ON_SHUTDOWN ? ask : undefined,
      insist: undefined,
      printsOutput: typeof info.flags.STDIO === 'object',
      grace,
      enterLimit: mustEnter ? enterLimit : 0,
    };
  }

  /** The child itself sees to it that it enters `run` before it ends, since its reports cannot be read. */
  #joinableUnread(child: SpawnedChild, grace: number, enterLimit: number): Joinable {
    const { info, journal, ending } = this.#config;
    const { ready, handlesStop } = journal.facts;
    const mustEnter = enterLimit > 0;
    // As SIGTERM does elsewhere. A child says that it handles a stop before it goes on with its work.
    const isEndable = info.kind === 'once' && ready && !mustEnter && !handlesStop;
    return {
      child,
      ask: info.flags.TERMINATE_ON_SHUTDOWN ? () => ending.askWhileBlocked(mustEnter ? 'entered' : 'now') : undefined,
      insist: isEndable ? () => child.kill('SIGTERM') : undefined,
      grace: grace + enterLimit,
      enterLimit: 0,
    };
  }
}
