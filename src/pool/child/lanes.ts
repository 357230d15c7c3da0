/** Child side: the lanes of a worker. It works on one item of each at a time. */
import { markHandled } from '../../util/mark-handled';
import type { AnySubprocessWorker } from '../subprocess-worker';
import type { OpenMemoryCommand, PoolCommand } from '../wire/messages';
import { Answers, type Emit } from './answers';
import { Claims } from './claims';
import type { OutputMemory } from './output-memory';
import { WorkLoop } from './work-loop';

export interface LanesConfig {
  worker: AnySubprocessWorker;
  emit: Emit;
  /** Whether the process is that of the worker, and not that of a test. */
  ownsProcess: boolean;
  /** Aborts when the worker is asked to stop. */
  signal: AbortSignal;
}

interface Lane {
  answers: Answers;
  claims: Claims;
  loop: WorkLoop;
  stopped: Promise<void>;
}

export class Lanes {
  readonly #config: LanesConfig;
  readonly #lanes: Lane[] = [];
  #memory: OutputMemory | undefined;
  #reportsRss = false;

  constructor(config: LanesConfig) {
    this.#config = config;
    this.#laneOf(0);
  }

  onCommand(command: PoolCommand): void {
    switch (command.type) {
      case 'welcome':
      case 'share':
        return;
      case 'open-memory':
        return this.#openMemory(command);
      case 'open-claims':
        if (this.#config.ownsProcess) this.#laneOf(command.lane ?? 0).claims.open(command.file);
        return;
      case 'report-rss':
        this.#reportsRss = true;
        for (const { answers } of this.#lanes) answers.reportRss();
        return;
      default:
        this.#laneOf(command.lane ?? 0).loop.onCommand(command);
    }
  }

  /** Sends all answers. */
  flush(): void {
    for (const { answers } of this.#lanes) void answers.flush();
  }

  /** Resolves when the worker was asked to stop, and the work on all items that were begun is over. */
  async workUntilStopped(): Promise<void> {
    // There may be more lanes than before.
    for (let index = 0; index < this.#lanes.length; index++) await this.#lanes[index]?.stopped;
  }

  #laneOf(index: number): Lane {
    while (this.#lanes.length <= index) this.#lanes.push(this.#createLane(this.#lanes.length));
    return this.#lanes[index] as Lane;
  }

  #createLane(lane: number): Lane {
    const { worker, emit, signal } = this.#config;
    const answers = new Answers({ lane, emit });
    const claims = new Claims();
    const loop = new WorkLoop({ worker, lane, answers, claims, emit });
    answers.memory = this.#memory;
    if (this.#reportsRss) answers.reportRss();
    return { answers, claims, loop, stopped: loop.workUntil(signal) };
  }

  #openMemory(command: OpenMemoryCommand): void {
    const { OutputMemory } = require('./output-memory') as typeof import('./output-memory');
    // Files that a worker opens are closed as its process ends.
    this.#memory = this.#config.ownsProcess ? OutputMemory.open(command) : undefined;
    for (const { answers } of this.#lanes) answers.memory = this.#memory;
    markHandled(this.#config.emit({ type: 'memory-opened', isOpen: this.#memory !== undefined }));
  }
}
