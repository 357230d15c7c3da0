/** Parent side: reads the answers of a worker, and settles the items that they are of. */
import type { Ears } from './ears';
import { reasonOf } from './explain';
import type { InHand } from './in-hand';
import type { Job } from './job';
import type { Sharing } from './sharing';
import type { Answers, Kind, PoolCommand } from './wire';

/** Whose answers they are. */
export interface Answering {
  readonly name: string;
  readonly pid: number | null;
  tell(command: PoolCommand): Promise<void>;
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
  readonly #inHand: InHand;
  readonly #sharing: Sharing;
  readonly #ears: Ears;

  constructor(worker: Answering, inHand: InHand, sharing: Sharing, ears: Ears) {
    this.#worker = worker;
    this.#inHand = inHand;
    this.#sharing = sharing;
    this.#ears = ears;
  }

  /** `when` they came, ms. */
  read({ values, times, kinds, stored }: Answers, when: number): Done {
    const done: Done = { count: 0, sum: 0, squares: 0 };
    if (!this.#unpack(values, stored)) return done;
    let outputs = 0;
    for (let at = 0; at < values.length; at++) {
      const kind = kinds?.[at];
      if (kind === 'output') {
        outputs += 1;
        const { head } = this.#inHand;
        if (head && !head.settled) head.output(values[at]);
        continue;
      }
      const job = this.#inHand.advance();
      if (!job) break;
      const time = (times[at] as number) / 1_000;
      done.count += 1;
      done.sum += time;
      done.squares += time * time;
      outputs = 0;
      if (job.settled) this.#sharing.letGo(job);
      else this.#settle(job, kind, values[at], time, when);
    }
    if (outputs > 0) this.#taken(outputs);
    return done;
  }

  #settle(job: Job, kind: Kind | undefined, value: unknown, time: number, when: number): void {
    if (kind === 'failed' || kind === 'unsendable') {
      const { name, pid } = this.#worker;
      return this.#ears.settled(job, time, when, { reason: reasonOf(kind, value, name, pid) });
    }
    if (kind !== 'end') job.output(kind === 'void' ? undefined : value);
    this.#ears.settled(job, time, when);
  }

  /** Whether what lies in the store was read; a worker whose answers are lost is ended, as one that crashed. */
  #unpack(values: unknown[], stored: Answers['stored']): boolean {
    try {
      this.#sharing.unpack(values, stored);
      return true;
    } catch {
      this.#worker.kill();
      return false;
    }
  }

  /** Outputs of an item that has more to come: its worker goes on as they are taken. */
  #taken(count: number): void {
    const tell = () => void this.#worker.tell({ type: 'taken', count }).catch(() => {});
    const { head } = this.#inHand;
    if (head && !head.settled) head.whenRoom(tell);
    else tell();
  }
}
