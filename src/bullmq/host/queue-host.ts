/** Host side: takes items from the queue, and works on them in a pool of this process. */
import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { type Carrier, tracer } from '../../diagnostics/tracer';
import { SubprocessError } from '../../index';
import { Scheduler } from '../../pool/parent/scheduler/scheduler';
import type { WorkerClass } from '../../pool/subprocess-worker';
import { markHandled } from '../../util/mark-handled';
import { clearTimeout, setImmediate, setTimeout } from '../../util/timers';
import type { CheckedServeOptions } from '../options';
import { decodeList, fromText } from '../wire/bytes';
import { connect, loadPackages } from '../wire/connect';
import { encodeFailure } from '../wire/failure';
import { quit } from '../wire/in-time';
import { RedisUses } from '../wire/redis-uses';
import { type Control, carrierOf, firstAttempt, type Ticket } from '../wire/words';
import { Active, type ActiveConfig, type QueuedJob } from './active';
import { Callers } from './callers';
import { closeWorker, withCopies } from './close-worker';
import { CallerGone, NotOurs, Unwanted } from './dropped';
import { HostJob } from './host-job';
import { poolOptions, workerOptions } from './parts-of-options';
import { refusalOf } from './refusal';

/** Items that are done together cost one round trip to Redis. So the jobs of all replies of a turn are given together. */
const TIMING = { defer: (dispatch: () => void) => void setImmediate(dispatch), busyWorkerWait: 5 };
/** ms that the end of a host without items waits for Redis. */
const CLOSE_LIMIT = 2_000;
/** ms between two looks for callers whose lease is over. */
const LOOK = 1_000;
/** What BullMQ says of a job whose hosts have died too often. */
const STALLED = /stalled more than/;

export class QueueHost {
  readonly pool: Scheduler;
  readonly #name: string;
  readonly #redis: Redis;
  /** Of its own, so that an output does not wait for what BullMQ has just asked for. */
  readonly #replies: Redis;
  readonly #listener: Redis;
  readonly #uses: RedisUses;
  readonly #callers: Callers;
  readonly #worker: Worker<Ticket, undefined>;
  readonly #closeWorker: () => Promise<void>;
  readonly #waitingError: new () => Error;
  readonly #active = new Map<string, Active>();
  #timer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor(type: WorkerClass, options: CheckedServeOptions) {
    const { bullmq, ioredis } = loadPackages(type.name);
    const { connection, queue, version, prefix } = options;
    this.#name = type.name;
    this.#waitingError = bullmq.WaitingError;
    this.pool = new Scheduler(type, poolOptions(options), TIMING);
    this.#redis = connect(ioredis, connection);
    this.#replies = connect(ioredis, connection);
    const connections = withCopies(this.#redis);
    connections.push(this.#replies);
    this.#listener = connect(ioredis, connection);
    this.#uses = new RedisUses(this.#redis, { prefix, queue, version });
    this.#callers = new Callers(new RedisUses(this.#replies, { prefix, queue, version }), () => this.#active.size > 1);
    this.#uses.listen(this.#listener, control => this.#onControl(control));
    this.#worker = new bullmq.Worker<Ticket, undefined>(this.#uses.queueName, (job, token) => this.#work(job, token), {
      ...workerOptions(options),
      connection: this.#redis,
    });
    // After that, other hosts have the items.
    const limit = () => (this.#active.size > 0 ? options.lockDuration : CLOSE_LIMIT);
    const dropAll = () => [...this.#active.keys()].map(id => this.#drop(id, new NotOurs('Redis was down too long')));
    this.#closeWorker = () => closeWorker(this.#worker, connections, limit(), dropAll);
    this.#worker.on('error', () => {});
    this.#worker.on('lockRenewalFailed', jobs => {
      for (const job of jobs) this.#drop(job, new NotOurs('the lock of its host was lost'));
    });
    this.#worker.on('failed', (job, error) => {
      if (job && STALLED.test(error.message)) this.#onStalled(job as QueuedJob, error);
    });
    // The class is shut down, or a signal ends this process: soon, so other hosts get the items now.
    this.pool.onRetire = () => {
      markHandled(this.close());
      for (const active of this.#active.values()) markHandled(active.giveBack());
    };
    this.#lookSoon();
  }

  /** Finishes the items that are here, and takes no more. Resolves when all is closed. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    await this.#closeWorker();
    clearTimeout(this.#timer);
    await this.pool.shutdown();
    this.#listener.disconnect();
    await Promise.all([this.#redis, this.#replies].map(quit));
  }

  async #work(job: QueuedJob, token?: string): Promise<undefined> {
    const id = job.id as string;
    const { c: caller, d: inside } = job.data;
    const active = new Active(job, token, this.#configOf(caller));
    this.#active.set(id, active);
    try {
      const lease = this.#callers.isAlive(caller);
      const body = inside === undefined ? await this.#uses.getBody(id) : fromText(inside);
      if (!(typeof lease === 'boolean' ? lease : await lease)) throw new CallerGone();
      this.#mustBeOurs(job);
      if (!body) throw new Unwanted('its item is gone');
      await this.#workOn(active, decodeList(body));
      if (inside === undefined) markHandled(this.#uses.deleteBody(id));
      return undefined;
    } catch (error) {
      if (error instanceof NotOurs) {
        if (this.pool.isShutDown) await active.giveBack();
        // To BullMQ, it says that the job is elsewhere.
        throw new this.#waitingError();
      }
      // Not what the host keeps of failed jobs: nothing of it.
      if (error instanceof Unwanted) job.opts.removeOnFail = true;
      if (inside === undefined && (error instanceof Unwanted || active.isLastAttempt)) {
        markHandled(this.#uses.deleteBody(id));
      }
      throw error;
    } finally {
      this.#active.delete(id);
    }
  }

  #configOf(caller: string): ActiveConfig {
    return {
      writer: this.#callers.writer(caller),
      isAbandoned: () => this.pool.isShutDown,
      onUnwritten: ({ id }, reason) => this.#drop(id, reason),
    };
  }

  /** Resolves when all items of a job are done, and its caller was told. */
  async #workOn(active: Active, items: unknown[]): Promise<void> {
    const { n: numbers, done = [] } = active.job.data;
    numbers.forEach((number, at) => {
      if (!done.includes(number)) active.add(new HostJob(items[at], number, active));
    });
    if (active.dropped) throw active.dropped.reason;
    const { data } = active.job;
    for (const item of active.items) {
      if (data.t) inContext(carrierOf(data, item.number), () => this.#add(item));
      else this.#add(item);
    }
    await active.allSettled();
    const dropped = active.dropped as Active['dropped'];
    if (dropped) throw dropped.reason;
    await active.written;
    if (active.unwritten) throw active.unwritten.reason;
    if (active.items.some(({ failure }) => failure)) await this.#throwFailure(active);
  }

  #add(item: HostJob): void {
    try {
      this.pool.add(item, '');
    } catch {
      item.settled = true;
      item.reject({ reason: new NotOurs('the pool of its host was shut down') });
    }
  }

  /** Throws what has failed, so that BullMQ tries the job again. The items that have not failed are not tried again. */
  async #throwFailure({ job, items, isLastAttempt }: Active): Promise<void> {
    const failures = items.flatMap(({ failure }) => failure ?? []);
    // The pool was shut down, by its class or by the end of this process. Another host is to have the items.
    if (this.pool.isShutDown) throw new NotOurs('the pool of its host was shut down');
    const settled = items.filter(({ failure }) => !failure || failure.reason instanceof Unwanted);
    const wanted = failures.find(({ reason }) => !(reason instanceof Unwanted)) ?? failures[0];
    if (settled.length > 0 && !isLastAttempt) {
      const done = [...(job.data.done ?? []), ...settled.map(({ number }) => number)];
      await job.updateData({ ...job.data, done });
    }
    throw wanted?.reason;
  }

  /** @throws StateError that the caller gets too, if these items are not for this class */
  #mustBeOurs(job: QueuedJob): void {
    const refusal = refusalOf(job, this.#name, this.#uses.queueName);
    if (!refusal) return;
    this.#tellFailure(job, refusal, 0);
    // BullMQ goes by this name: it does not try the job again.
    refusal.name = 'UnrecoverableError';
    throw refusal;
  }

  #onControl(control: Control): void {
    const [kind, id, number] = control;
    const active = this.#active.get(id);
    if (!active) return;
    if (kind === 'ack') return active.items.find(each => each.number === number)?.acknowledge(control[3]);
    const reason = new Unwanted('it was canceled by its caller');
    if (number === undefined) return this.#drop(id, reason);
    const job = active.items.find(each => each.number === number);
    if (job) this.pool.cancel(job, reason);
  }

  #drop(id: string, reason: unknown): void {
    const active = this.#active.get(id);
    if (!active || active.dropped) return;
    active.dropped = { reason };
    const why = reason instanceof Unwanted || reason instanceof NotOurs ? reason : new NotOurs(String(reason));
    for (const item of active.items) this.pool.cancel(item, why);
  }

  /** BullMQ has failed a job by itself, as its hosts have died too often. */
  #onStalled(job: QueuedJob, { message }: Error): void {
    const told = `${this.#name}: the hosts of an item have died or frozen in the middle of it, again and again: ${message}`;
    this.#tellFailure(job, new SubprocessError(told, { subprocess: this.#name }), 1);
    markHandled(this.#uses.deleteBody(job.id as string));
  }

  /** Tells the caller why the items of a job have failed, although no work has. */
  #tellFailure({ data, attemptsStarted }: QueuedJob, error: Error, later: number): void {
    const { c: caller, n: numbers, e: epoch, done = [] } = data;
    const attempt = firstAttempt(epoch) + attemptsStarted + later;
    const failure = encodeFailure(error);
    const writer = this.#callers.writer(caller);
    for (const number of numbers) {
      if (!done.includes(number)) writer.say([number, attempt, 0, 'failed', failure, 0]);
    }
  }

  #lookSoon(): void {
    this.#timer = setTimeout(async () => {
      for (const [id, { caller }] of this.#active) {
        if (!(await this.#callers.isAlive(caller))) this.#drop(id, new CallerGone());
      }
      if (!this.#closed || this.#active.size > 0) this.#lookSoon();
    }, LOOK).unref();
  }
}

/** Calls `add` in the context of the caller, so that what the pool records of the item is in the caller's trace. */
function inContext(carrier: Carrier | undefined, add: () => void): void {
  const current = carrier && tracer();
  if (current) current.receive(carrier, add);
  else add();
}
