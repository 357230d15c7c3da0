/** Host side: a job of BullMQ that a host works on, with its items. */
import type { Job as BullmqJob } from 'bullmq';
import { firstAttempt, type Ticket, type Word } from '../wire/words';
import type { HostJob } from './host-job';
import type { Entry, ReplyWriter } from './reply-writer';

export type QueuedJob = BullmqJob<Ticket, undefined>;

export interface ActiveConfig {
  writer: ReplyWriter;
  /** Whether the pool was shut down, so that another host is to have the items. */
  isAbandoned(): boolean;
  /** A word of an item that has not settled could not be written. */
  onUnwritten(active: Active, reason: unknown): void;
}

export class Active {
  readonly job: QueuedJob;
  /** The number of the attempt at the items. */
  readonly attempt: number;
  readonly items: HostJob[] = [];
  /** Why the items are dropped, once they are. */
  dropped: { reason: unknown } | undefined;
  /** Why a word could not be written. */
  unwritten: { reason: unknown } | undefined;
  readonly #token: string | undefined;
  readonly #config: ActiveConfig;
  #unsettled = 0;
  #onAllSettled: (() => void) | undefined;
  /** The last entry that has words of the items. */
  #entry: Entry | undefined;
  #givenBack: Promise<unknown> | undefined;

  constructor(job: QueuedJob, token: string | undefined, config: ActiveConfig) {
    this.job = job;
    this.attempt = firstAttempt(job.data.e) + job.attemptsStarted;
    this.#token = token;
    this.#config = config;
  }

  get id(): string {
    return this.job.id as string;
  }

  get caller(): string {
    return this.job.data.c;
  }

  /** Whether the items are not tried again if they fail. */
  get isLastAttempt(): boolean {
    const { attemptsMade, opts } = this.job;
    return attemptsMade + 1 >= (opts.attempts ?? 1);
  }

  get isAbandoned(): boolean {
    return this.#config.isAbandoned();
  }

  /** Resolves when all words so far are written, or could not be. */
  get written(): Promise<void> | undefined {
    return this.#entry?.written;
  }

  add(item: HostJob): void {
    this.items.push(item);
    this.#unsettled += 1;
  }

  /** Resolves when all items have settled. */
  allSettled(): Promise<void> {
    return new Promise(resolve => {
      if (this.#unsettled === 0) resolve();
      else this.#onAllSettled = resolve;
    });
  }

  onSettled(): void {
    this.#unsettled -= 1;
    if (this.#unsettled === 0) this.#onAllSettled?.();
  }

  /** Tells the caller. */
  say(word: Word): void {
    const entry = this.#config.writer.say(word);
    if (entry === this.#entry) return;
    this.#entry = entry;
    entry.onUnwritten.push(reason => {
      this.unwritten ??= { reason };
      if (this.#unsettled > 0) this.#config.onUnwritten(this, reason);
    });
  }

  /** Puts the job back into the queue, for another host. Does so once. */
  giveBack(): Promise<unknown> {
    this.#givenBack ??= this.job.moveToWait(this.#token);
    return this.#givenBack;
  }
}
