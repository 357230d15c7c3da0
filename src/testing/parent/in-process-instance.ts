/** Parent side: the members of a task that runs in the process of its test. Only its process is missing. */
import { firstValueFrom, throwIfEmpty } from 'rxjs';
import { StartError, type SubprocessError } from '../../model/errors';
import type { ExitStatus } from '../../model/exit-status';
import type { ShutdownOptions } from '../../model/types';
import { failureOf } from '../../operators/failure-of';
import { orderThenKill } from '../../parent/end/order-then-kill';
import { type Registered, register, unregister } from '../../parent/end/registry';
import { whenEntered } from '../../parent/end/when-entered';
import { type ClassInfo, checkClass } from '../../parent/flags';
import { Announcer } from '../../parent/follow/announcer';
import type { KillReason } from '../../parent/follow/facts';
import { Journal } from '../../parent/follow/journal';
import { reportUnlessHandled } from '../../parent/follow/report-failure';
import { Streams } from '../../parent/follow/streams';
import { taskView } from '../../parent/follow/task-view';
import { checkForkOptions } from '../../parent/process/check-fork-options';
import { Connection } from '../../parent/process/connection';
import type { Snapshot } from '../../parent/start/preparation';
import { Start } from '../../parent/start/start';
import type { ParentMembers } from '../../side';
import type { AnySubprocess } from '../../subprocess';
import { type BaseClass, extendsClass } from '../../util/base-class';
import { checkShutdownOptions } from '../../util/check-shutdown-options';
import { LONGEST_TIMER } from '../../util/clock';
import { safeText } from '../../util/safely';
import { type Answer, setWatchable, type TaskView, type Watchable } from '../../watchable';
import type { Fault } from '../fault';
import { type ChildPort, Line, type StartChild } from '../link';
import type { VirtualTime } from '../virtual-time';
import { remember } from './left';
import { ObservedTask } from './observed-task';

/** No system has so large a process id, so a signal that is sent to it by mistake hits nobody. */
let lastPid = 2 ** 30;

export interface InProcessConfig {
  time: VirtualTime;
  fault: Fault | undefined;
  startChild: StartChild;
}

export class InProcessInstance implements ParentMembers, Registered, Watchable {
  readonly side = 'parent';
  readonly process = null;
  readonly streams: Streams;
  readonly task: AnySubprocess;
  readonly #config: InProcessConfig;
  readonly #info: ClassInfo;
  readonly #connection: Connection;
  readonly #announcer: Announcer;
  readonly #journal: Journal;
  readonly #start: Start;
  readonly #line: Line;
  #child: ChildPort | undefined;
  #isAsked = false;
  #isSignaled = false;
  #exit: ExitStatus | undefined;

  constructor(instance: AnySubprocess, args: unknown[], config: InProcessConfig) {
    const { time } = config;
    const info = checkClass(instance);
    remember(instance);
    this.task = instance;
    this.#config = config;
    this.#info = info;
    this.#line = new Line(() => time.noteStep());
    this.#connection = new Connection(info.name);
    const onExit = (exit: ExitStatus) => this.#onExit(exit);
    this.#announcer = new Announcer(instance, info);
    const hooks = { announcer: this.#announcer, onMustKill: () => this.#kill('error'), onExit };
    this.#journal = new Journal(info.name, hooks, time.clocks);
    this.streams = new Streams(info, this.#connection, this.#journal);
    this.#start = new Start({
      instance,
      args,
      info,
      journal: this.#journal,
      onStart: () => register(this),
      launch: snapshot => this.#launch(snapshot),
    });
    setWatchable(instance, this);
  }

  start(): void {
    this.#start.request();
  }

  fields(): unknown {
    return this.#start.fields();
  }

  wait(): Promise<ExitStatus> {
    return firstValueFrom(this.streams.exit$);
  }

  result(): Promise<unknown> {
    const noResult = () => failureOf(this.#exit as ExitStatus, 'it had a result');
    return firstValueFrom(this.streams.result$.pipe(throwIfEmpty(noResult)));
  }

  send(command: unknown): Promise<void> {
    return this.#connection.outbox.command(command);
  }

  async shutdown(options?: ShutdownOptions): Promise<ExitStatus> {
    const { name, flags } = this.#info;
    const { facts } = this.#journal;
    const { grace = flags.SHUTDOWN_GRACE, terminate = flags.TERMINATE_ON_SHUTDOWN } = checkShutdownOptions(
      options,
      name,
      facts.pid,
    );
    if (!this.#child) this.#endWithout();
    if (!terminate) {
      this.#journal.add({ type: 'stop', signaled: false });
      return new Promise(resolve => this.#journal.whenExited(resolve));
    }
    const { scheduler } = this.#config.time.clocks;
    const order = () => this.#ask();
    const kill = () => this.#kill('grace');
    return new Promise(resolve => orderThenKill(this.#journal, { order, kill, grace, scheduler }, resolve));
  }

  // The members of Watchable, for a watchdog and a pool. The process of a test is not asked for its stack.

  get view(): TaskView {
    return taskView(this.#info, this.#connection, this.#journal, this.streams);
  }

  watch(): void {}

  ask(onAnswer: (answer: Answer) => void): () => void {
    this.#connection.onWhere = ({ resources, isHeld }) => onAnswer({ state: 'waiting', stack: '', resources, isHeld });
    this.#connection.outbox.where();
    return () => {
      this.#connection.onWhere = () => {};
    };
  }

  fail(error: SubprocessError): void {
    this.#journal.add({ type: 'fault', error });
  }

  post(command: unknown): SubprocessError | undefined {
    return this.#connection.outbox.post(command);
  }

  listen(onMessage: (message: unknown) => void): () => void {
    return this.streams.listen(onMessage);
  }

  // The members of Registered, for shutdownAll().

  /** Without a process, there is nothing that could. */
  get keepsAlive(): boolean {
    return false;
  }

  isOf(type: object): boolean {
    return extendsClass(this.task, type as BaseClass);
  }

  async entered(): Promise<void> {
    if (!this.#child || !this.#info.flags.WAIT_FOR_CHILD) return;
    await new Promise<void>(resolve => whenEntered(this.#journal, resolve));
  }

  kill(): void {
    if (this.#child) this.#kill('grace');
    else this.#endWithout();
  }

  /** It ends with this process. */
  atExit(): undefined {
    return undefined;
  }

  #launch(snapshot: Snapshot): void {
    const { time, fault, startChild } = this.#config;
    const { name, kind, flags } = this.#info;
    const journal = this.#journal;
    journal.add({ type: 'starting' });
    // A subscriber to `starting` may have shut the instance down.
    if (journal.facts.exited) return;
    try {
      checkForkOptions(this.task.forkOptions(), name);
    } catch (cause) {
      const message = `${name}: no process could be made: ${safeText((cause as Error).message)}`;
      return this.#endWithout(new StartError('spawn', message, { subprocess: name, cause }));
    }
    const pid = ++lastPid;
    const observed = new ObservedTask(pid, { connection: this.#connection, journal, streams: this.streams });
    const child = startChild({
      type: this.task.constructor as new () => object,
      name,
      kind,
      ...snapshot,
      defaultSleep: kind === 'loop' ? flags.DEFAULT_SLEEP : 0,
      time,
      fault,
      trace: this.#announcer.carrier,
      parent: observed,
    });
    this.#child = child;
    this.#limitStart(pid);
    this.#connection.outbox.open(frame => this.#line.frame(frame, own => child.receive(own)), []);
    journal.add({ type: 'spawned', pid });
  }

  #limitStart(pid: number): void {
    const { name, kind, flags } = this.#info;
    const { READY_TIMEOUT } = flags;
    if (READY_TIMEOUT > LONGEST_TIMER) return;
    const message = `${name}: the child (pid ${pid}) was still loading ${name}${kind === 'loop' ? ' or in begin()' : ''} after ${READY_TIMEOUT} ms and was killed: raise READY_TIMEOUT if it needs longer`;
    const limit = this.#config.time.schedule(
      () => this.#journal.add({ type: 'fault', error: new StartError('ready', message, { subprocess: name, pid }) }),
      READY_TIMEOUT,
    );
    this.#journal.whenFirst(['ready', 'exited'], () => limit.unsubscribe());
  }

  /** Ends an instance that has no process. */
  #endWithout(error?: StartError): void {
    this.#journal.add(error ? { type: 'fault', error } : { type: 'stop', signaled: true });
    this.#journal.add({ type: 'end', code: null, signal: null });
  }

  /** As `Ending.ask` does for a process. */
  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const { done } = this.#journal.facts;
    this.#journal.add({ type: 'stop', signaled: true });
    if (done) return;
    const { ready, entered } = this.#journal.facts;
    const isInterruptible = this.#info.kind === 'once' && !this.#info.flags.WAIT_FOR_CHILD;
    if (isInterruptible && !(ready && !entered)) return this.#signal();
    this.#connection.outbox.stop();
    if (isInterruptible) whenEntered(this.#journal, () => this.#signal());
    else this.#journal.whenReached(['up'], () => this.#signal());
  }

  #signal(): void {
    if (this.#isSignaled) return;
    this.#isSignaled = true;
    this.#child?.sigterm();
  }

  #kill(why: KillReason): void {
    if (this.#child?.kill()) this.#journal.add({ type: 'forced', why });
  }

  #onExit(exit: ExitStatus): void {
    this.#exit = exit;
    const { outbox } = this.#connection;
    outbox.close(`the child has ended (${exit.reason}): send before it ends, and see wait() for why it did`);
    unregister(this);
    if (exit.error) reportUnlessHandled(exit.error, this.streams);
  }
}
