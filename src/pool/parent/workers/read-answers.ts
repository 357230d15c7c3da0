/** Parent side: reads the answers of a worker, and settles their items. */
import { markHandled } from '../../../util/mark-handled';
import type { AnswerKind, AnswersMessage, PoolCommand } from '../../wire/messages';
import { workError } from '../items/explain';
import type { Job } from '../items/job';
import type { WorkerMemory } from '../shared-memory/worker-memory';
import type { Assigned } from './assigned';
import type { WorkerEvents } from './worker-events';

/** What an AnswerReader needs of its worker. */
export interface AnsweringWorker {
  readonly name: string;
  readonly pid: number | null;
  send(command: PoolCommand): Promise<void>;
  kill(): void;
}

/** Items that a worker has done. */
export interface WorkDone {
  count: number;
  /** The sum of their ms, and that of the squares of these. */
  sum: number;
  squares: number;
  /** About the bytes of these items, and those of their outputs. Small outputs are not counted. */
  itemBytes: number;
  outputBytes: number;
}

export interface AnswerReaderConfig {
  /** The index of the lane in its worker. */
  lane: number;
  worker: AnsweringWorker;
  assigned: Assigned;
  memory: WorkerMemory;
  events: WorkerEvents;
}

export class AnswerReader {
  readonly #lane: number;
  readonly #worker: AnsweringWorker;
  readonly #assigned: Assigned;
  readonly #memory: WorkerMemory;
  readonly #events: WorkerEvents;
  /** About the bytes of outputs since the last item was done. */
  #outputBytes = 0;

  constructor({ lane, worker, assigned, memory, events }: AnswerReaderConfig) {
    this.#lane = lane;
    this.#worker = worker;
    this.#assigned = assigned;
    this.#memory = memory;
    this.#events = events;
  }

  /** Reads one message. `when`: when it arrived, ms. */
  read(answers: AnswersMessage, when: number): WorkDone {
    const { values, times, kinds, bytes = 0 } = answers;
    const done: WorkDone = { count: 0, sum: 0, squares: 0, itemBytes: 0, outputBytes: 0 };
    if (!this.#unpack(answers)) return done;
    // Outputs of the item that is the head at the end of the message.
    let outputs = 0;
    for (let index = 0; index < values.length; index++) {
      const kind = kinds?.[index];
      if (kind === 'output') {
        outputs += 1;
        const { head } = this.#assigned;
        if (head && !head.settled) head.addOutput(values[index]);
        continue;
      }
      const job = this.#assigned.shift();
      if (!job) break;
      const time = (times[index] as number) / 1_000;
      done.count += 1;
      done.sum += time;
      done.squares += time * time;
      done.itemBytes += job.size;
      outputs = 0;
      if (job.settled) this.#memory.release(job);
      else this.#settle(job, kind, values[index], time, when);
    }
    if (outputs > 0) this.#acknowledge(outputs, bytes / values.length);
    this.#outputBytes += bytes;
    if (done.count > 0) {
      done.outputBytes = this.#outputBytes;
      this.#outputBytes = 0;
    }
    return done;
  }

  #settle(job: Job, kind: AnswerKind | undefined, value: unknown, time: number, when: number): void {
    if (kind === 'failed' || kind === 'unsendable') {
      const { name, pid } = this.#worker;
      return this.#events.onSettled(job, time, when, { reason: workError(kind, value, name, pid) }, this.#worker);
    }
    if (kind === 'end') job.endOutputs();
    else job.setOnlyOutput(kind === 'void' ? undefined : value);
    this.#events.onSettled(job, time, when, undefined, this.#worker);
  }

  /** Reads the values in shared memory. If that fails, the answers are lost: kills the worker, as if it had crashed. */
  #unpack(answers: AnswersMessage): boolean {
    try {
      this.#memory.unpack(answers);
      return true;
    } catch {
      this.#worker.kill();
      return false;
    }
  }

  /**
   * Acknowledges outputs of the head as soon as there is room for more, since its worker may wait for that. `size`: about the
   * bytes of one.
   */
  #acknowledge(count: number, size: number): void {
    const lane = this.#lane;
    const send = () => markHandled(this.#worker.send({ type: 'acknowledge', lane, count }));
    const { head } = this.#assigned;
    if (head && !head.settled) head.whenRoom(send, size);
    else send();
  }
}
