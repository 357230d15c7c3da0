/** Parent side: reads the answers of a worker, and settles the items that they are of. */
import { markHandled } from '../../../util/mark-handled';
import type { AnswerKind, AnswersMessage, PoolCommand } from '../../wire/messages';
import { reasonOf } from '../items/explain';
import type { Job } from '../items/job';
import type { WorkerMemory } from '../memory/worker-memory';
import type { Assigned } from './assigned';
import type { WorkerEvents } from './worker-events';

/** Whose answers they are. */
export interface Answering {
  readonly name: string;
  readonly pid: number | null;
  send(command: PoolCommand): Promise<void>;
  kill(): void;
}

/** How many items are done, with the sums of their ms and of the squares. */
export interface Done {
  count: number;
  sum: number;
  squares: number;
}

export class AnswerReader {
  readonly #worker: Answering;
  readonly #assigned: Assigned;
  readonly #memory: WorkerMemory;
  readonly #events: WorkerEvents;

  constructor(worker: Answering, assigned: Assigned, memory: WorkerMemory, events: WorkerEvents) {
    this.#worker = worker;
    this.#assigned = assigned;
    this.#memory = memory;
    this.#events = events;
  }

  /** `when` they came, ms. */
  read({ values, times, kinds, stored }: AnswersMessage, when: number): Done {
    const done: Done = { count: 0, sum: 0, squares: 0 };
    if (!this.#unpack(values, stored)) return done;
    let outputs = 0;
    for (let at = 0; at < values.length; at++) {
      const kind = kinds?.[at];
      if (kind === 'output') {
        outputs += 1;
        const { head } = this.#assigned;
        if (head && !head.settled) head.output(values[at]);
        continue;
      }
      const job = this.#assigned.advance();
      if (!job) break;
      const time = (times[at] as number) / 1_000;
      done.count += 1;
      done.sum += time;
      done.squares += time * time;
      outputs = 0;
      if (job.settled) this.#memory.release(job);
      else this.#settle(job, kind, values[at], time, when);
    }
    if (outputs > 0) this.#taken(outputs);
    return done;
  }

  #settle(job: Job, kind: AnswerKind | undefined, value: unknown, time: number, when: number): void {
    if (kind === 'failed' || kind === 'unsendable') {
      const { name, pid } = this.#worker;
      return this.#events.onSettled(job, time, when, { reason: reasonOf(kind, value, name, pid) });
    }
    if (kind !== 'end') job.output(kind === 'void' ? undefined : value);
    this.#events.onSettled(job, time, when);
  }

  /** Whether what lies in the store was read; a worker whose answers are lost is ended, as one that crashed. */
  #unpack(values: unknown[], stored: AnswersMessage['stored']): boolean {
    try {
      this.#memory.unpack(values, stored);
      return true;
    } catch {
      this.#worker.kill();
      return false;
    }
  }

  /** Outputs of an item that has more to come: its worker goes on as they are taken. */
  #taken(count: number): void {
    const tell = () => markHandled(this.#worker.send({ type: 'taken', count }));
    const { head } = this.#assigned;
    if (head && !head.settled) head.whenRoom(tell);
    else tell();
  }
}
