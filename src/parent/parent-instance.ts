/** Parent side: puts together the parts of one instance. */
import type { ChildProcess } from 'node:child_process';
import type { SubprocessError } from '../model/errors';
import type { ExitStatus } from '../model/exit-status';
import type { ShutdownOptions } from '../model/types';
import { failureOf } from '../operators/failure-of';
import type { ParentMembers } from '../side';
import type { AnySubprocess } from '../subprocess';
import { type Answer, setWatchable, type TaskView, type Watchable } from '../watchable';
import { Ending } from './end/ending';
import { ParentExit } from './end/parent-exit';
import { type ClassInfo, checkClass } from './flags';
import { Announcer } from './follow/announcer';
import { askWhere } from './follow/ask-where';
import { Journal } from './follow/journal';
import { reportUnlessHandled } from './follow/report-failure';
import { Streams } from './follow/streams';
import { taskView } from './follow/task-view';
import { Connection } from './process/connection';
import { Start } from './start/start';
import { startChild } from './start/start-child';

export class ParentInstance implements ParentMembers, Watchable {
  readonly side = 'parent';
  readonly streams: Streams;
  readonly #info: ClassInfo;
  readonly #connection: Connection;
  readonly #journal: Journal;
  readonly #ending: Ending;
  readonly #parentExit: ParentExit;
  readonly #start: Start;
  #isWatched = false;

  constructor(instance: AnySubprocess, args: unknown[]) {
    const info = checkClass(instance);
    const connection = new Connection(info.name);
    const announcer = new Announcer(instance, info);
    const journal = new Journal(info.name, {
      announcer,
      onMustKill: () => this.#ending.kill('error'),
      onExit: exit => this.#onExit(exit),
    });
    const ending = new Ending(info, connection, journal);
    const streams = new Streams(info, connection, journal, announcer.trace);
    const startNow = () => this.#start.prepare();
    const parentExit = new ParentExit({ instance, info, connection, journal, ending, startNow });
    this.#info = info;
    this.#connection = connection;
    this.#journal = journal;
    this.#ending = ending;
    this.streams = streams;
    this.#parentExit = parentExit;
    this.#start = new Start({
      instance,
      args,
      info,
      journal,
      onStart: () => parentExit.register(),
      launch: snapshot =>
        startChild(
          { instance, info, isWatched: this.#isWatched, ...snapshot },
          { connection, journal, streams, ending, announcer },
        ),
    });
    setWatchable(instance, this);
  }

  get process(): ChildProcess | null {
    return this.#connection.child?.process ?? null;
  }

  start(): void {
    this.#start.request();
  }

  fields(): unknown {
    return this.#start.fields();
  }

  wait(): Promise<ExitStatus> {
    return this.#connection.keepAlive.until(settle => this.#journal.whenExited(settle));
  }

  result(): Promise<unknown> {
    this.streams.markResultUsed();
    return this.#connection.keepAlive.until((settle, fail) =>
      this.#journal.whenFirst(['result', 'failed', 'exited'], event => {
        if (event.type === 'result') settle(event.value);
        else fail(event.type === 'failed' ? event.error : failureOf(event.exit, 'it had a result'));
      }),
    );
  }

  send(command: unknown): Promise<void> {
    return this.#connection.outbox.command(command);
  }

  shutdown(options?: ShutdownOptions): Promise<ExitStatus> {
    return this.#ending.shutdown(options);
  }

  get view(): TaskView {
    return taskView(this.#info, this.#connection, this.#journal, this.streams);
  }

  watch(): void {
    this.#isWatched = true;
  }

  ask(onAnswer: (answer: Answer) => void): () => void {
    return askWhere(this.#connection, onAnswer);
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

  #onExit(exit: ExitStatus): void {
    const { outbox } = this.#connection;
    outbox.close(`the child has ended (${exit.reason}): send before it ends, and see wait() for why it did`);
    this.#parentExit.unregister(exit);
    if (exit.error) reportUnlessHandled(exit.error, this.streams);
  }
}
