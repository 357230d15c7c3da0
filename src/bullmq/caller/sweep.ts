/** Caller side: looks from time to time what became of items, in case that Redis or a host has lost some. */
import { StateError, SubprocessError } from '../../index';
import { markHandled } from '../../util/mark-handled';
import { clearTimeout, setTimeout } from '../../util/timers';
import type { CheckedCallOptions } from '../options';
import type { JobState } from '../wire/redis-uses';
import type { InFlight } from './in-flight';
import type { QueueLine } from './queue-line';

/** A lease is renewed so many times before it would be over. */
const LOOKS_PER_LEASE = 6;
/** ms in which Redis has to answer at first. */
const CONNECT_LIMIT = 10_000;

export interface SweepConfig {
  name: string;
  options: CheckedCallOptions;
  line: QueueLine;
  now(): number;
  /** The items that have not settled. */
  entries(): readonly InFlight[];
  /** The items of a job are handed in again. */
  onLost(entry: InFlight): void;
  onFailed(entry: InFlight, error: Error): void;
  /** No item can be worked on. */
  onHopeless(error: StateError): void;
}

export class Sweep {
  readonly #config: SweepConfig;
  readonly #interval: number;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  /** Since when no host has had an item of this caller, ms. Undefined if there is none that could be taken. */
  #idleSince: number | undefined;
  readonly #start: number;

  constructor(config: SweepConfig) {
    this.#config = config;
    const { leaseMs, hostTimeout } = config.options;
    this.#interval = Math.max(50, Math.min(leaseMs / LOOKS_PER_LEASE, hostTimeout / 4));
    this.#start = config.now();
    this.#schedule();
  }

  /** A host has said something. */
  onHeard(): void {
    this.#idleSince = undefined;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#findNoRedis();
      // A look that hangs, since Redis is down, does not keep the next one.
      markHandled(this.#look());
      this.#schedule();
    }, this.#interval).unref();
  }

  /** Commands wait for Redis, but not for ever if it was never there. */
  #findNoRedis(): void {
    const { name, line, now, entries, onHopeless } = this.#config;
    const limit = Math.min(CONNECT_LIMIT, this.#config.options.hostTimeout);
    if (line.hasAnswered || entries().length === 0 || now() - this.#start < limit) return;
    const why = (line.lastError as Partial<Error> | undefined)?.message ?? 'no answer';
    const error = new StateError(`${name}: Redis could not be reached for ${limit} ms (${why}): check \`connection\``, {
      subprocess: name,
      cause: line.lastError,
    });
    onHopeless(error);
  }

  async #look(): Promise<void> {
    const { line, entries, now } = this.#config;
    await line.renew();
    await line.cancellations.repeat();
    const sent = entries().filter(({ id }) => id !== undefined);
    if (sent.length === 0) {
      this.#idleSince = undefined;
      return;
    }
    const jobs = [...new Set(sent.map(({ id }) => id as string))];
    const found = await line.statesOf(jobs);
    if (this.#isStopped) return;
    const states = new Map(jobs.map((job, at) => [job, found[at] as JobState]));
    for (const entry of sent) {
      const state = states.get(entry.id as string);
      if (state) this.#judge(entry, state);
      // What a caller publishes is lost if a host is not connected.
      if (entry.acknowledged > 0) {
        entry.job.whenRoom(() => line.tell(['ack', entry.id as string, entry.number, entry.acknowledged]));
      }
    }
    if (found.some(({ isTaken }) => isTaken)) this.#idleSince = undefined;
    else this.#findNoHost(now());
  }

  #judge(entry: InFlight, { exists, isFinished, failedReason }: JobState): void {
    const { name, options, now, onLost, onFailed } = this.#config;
    const patience = options.leaseMs / LOOKS_PER_LEASE;
    const when = now();
    // It may not have been added yet.
    if (when - entry.since < patience) return;
    if (exists && !isFinished) entry.missingSince = undefined;
    else entry.missingSince ??= when;
    // Its last words were written before it was gone, and are still on their way.
    if (entry.missingSince === undefined || when - entry.missingSince < patience) return;
    if (exists && failedReason !== undefined) {
      const message = `${name}: an item failed at its host, which could not tell more: ${failedReason}`;
      onFailed(entry, new SubprocessError(message, { subprocess: name }));
    } else onLost(entry);
  }

  #findNoHost(when: number): void {
    const { name, options, onHopeless } = this.#config;
    this.#idleSince ??= when;
    const { hostTimeout, queue, version, prefix } = options;
    if (when - this.#idleSince < hostTimeout) return;
    this.#idleSince = undefined;
    const message = `${name}: no host has taken an item for ${hostTimeout} ms (hostTimeout): run serveQueue(${name}) somewhere, with the same Redis, queue '${queue}', version '${version}' and prefix '${prefix}'`;
    onHopeless(new StateError(message, { subprocess: name }));
  }
}
