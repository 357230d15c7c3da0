/** Parent side: sends the orders of one instance to its child. */
import { type Carrier, tracer } from '../../diagnostics/tracer';
import { SendError } from '../../model/errors';
import { describeObstacle, findObstacle } from '../../protocol/crossing';
import type { ErrorDetails } from '../../protocol/error-details';
import { encodeFrame, type Frame, ownFrame } from '../../protocol/frames';
import { Outgoing } from '../../protocol/outgoing';
import type { Order, StopOrder, TreeOrder } from '../../protocol/to-child';
import { Fifo } from '../../util/fifo';
import { safeText } from '../../util/safely';

/** The promise of a command that the child has not received yet. */
interface PendingCommand {
  resolve(): void;
  reject(error: SendError): void;
}

export interface OutboxConfig {
  subprocess: string;
  pid(): number | null;
  /** Called with true when a first command is pending, and with false when the child has received the last one. */
  onPending(isPending: boolean): void;
}

export class Outbox {
  readonly #config: OutboxConfig;
  readonly #outgoing = new Outgoing<Order, 'commands' | 'posts'>('commands', frame => {
    if (this.#closedWhy !== undefined) return;
    if (this.#send) this.#send(frame);
    else this.#waiting.push(ownFrame(frame));
  });
  readonly #pending = new Fifo<PendingCommand>();
  /** Frames that are sent once there is a process. */
  #waiting: Frame[] = [];
  #send: ((frame: Frame) => void) | undefined;
  /** Why commands are refused, once the child has ended. */
  #closedWhy: string | undefined;

  constructor(config: OutboxConfig) {
    this.#config = config;
  }

  /** Called when there is a process. Sends the first orders, then the frames that have waited. */
  open(send: (frame: Frame) => void, first: Order[]): void {
    this.#send = send;
    for (const frame of [encodeFrame(first), ...this.#waiting]) send(frame);
    this.#waiting = [];
  }

  /** The child has sent something, and may wait for an answer, so the next commands are sent at once. */
  renew(): void {
    this.#outgoing.renew();
  }

  /** Tells the child that no messages are acknowledged any more, since this process is about to end. */
  final(): void {
    this.#outgoing.send({ type: 'final' });
  }

  stop(ends?: StopOrder['ends']): void {
    this.#outgoing.send(ends === undefined ? { type: 'stop' } : { type: 'stop', ends });
  }

  /** Asks the child to raise a SIGTERM, unless it has just heard one. */
  sigterm(): void {
    this.#outgoing.send({ type: 'sigterm' });
  }

  /** Asks a child that gives no sign of life what it waits for. */
  where(): void {
    this.#outgoing.send({ type: 'where' });
  }

  /** Sends an order that concerns the child's own processes. */
  pass(order: TreeOrder): void {
    this.#outgoing.send(order);
  }

  /** Tells the child that `count` more messages were consumed. */
  acknowledge(count: number): void {
    this.#outgoing.add({ type: 'acknowledge', count });
  }

  /** Resolves when the child has received the command. Rejects with a SendError if the command cannot be sent. */
  command(command: unknown): Promise<void> {
    if (this.#closedWhy !== undefined) return Promise.reject(this.#error(this.#closedWhy));
    const trace = tracer()?.carrier();
    if (trace || !this.#outgoing.addPlain(command)) {
      const error = this.#addAny(command, trace);
      if (error) return Promise.reject(error);
    }
    if (this.#pending.length === 0) this.#config.onPending(true);
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
    });
  }

  /** Sends a command without a promise. Returns the error if the command cannot be sent. */
  post(command: unknown): SendError | undefined {
    if (this.#closedWhy !== undefined) return this.#error(this.#closedWhy);
    return this.#outgoing.addPlain(command, 'posts') ? undefined : this.#addAny(command, undefined, 'posts');
  }

  /** The child has received `count` more commands. */
  received(count: number): void {
    if (this.#pending.length === 0) return;
    for (let at = 0; at < count; at++) this.#pending.shift()?.resolve();
    if (this.#pending.length === 0) this.#config.onPending(false);
  }

  /** The child has ended. Rejects the commands that it has not received. */
  close(why: string): void {
    this.#closedWhy = why;
    this.#waiting = [];
    const lost = this.#pending.takeAll();
    for (const { reject } of lost) reject(this.#error(why));
    if (lost.length > 0) this.#config.onPending(false);
  }

  /** Returns the error if the command cannot be sent. */
  #addAny(command: unknown, trace: Carrier | undefined, type?: 'posts'): SendError | undefined {
    const details: ErrorDetails[] = [];
    const obstacle = findObstacle(command, 'command', 'message', details);
    if (obstacle) return this.#error(describeObstacle(obstacle, 'send plain data'));
    try {
      if (trace) this.#outgoing.add({ type: 'commands', values: [command], trace }, details);
      else this.#outgoing.addAny(command, details, type);
      return undefined;
    } catch (error) {
      return this.#error(`the command cannot be serialized (${safeText(error)})`, error);
    }
  }

  #error(why: string, cause?: unknown): SendError {
    const { subprocess, pid } = this.#config;
    return new SendError(`${subprocess}.send(): ${why}`, {
      subprocess,
      pid: pid(),
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
