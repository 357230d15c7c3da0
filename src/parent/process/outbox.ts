/** Parent side: orders on their way to a child. */
import { SendError } from '../../model/errors';
import { findObstacle } from '../../protocol/crossing';
import { encodeFrame, type Frame, ownFrame } from '../../protocol/frames';
import { Outgoing } from '../../protocol/outgoing';
import type { Order } from '../../protocol/to-child';
import { Fifo } from '../../util/fifo';
import { safeText } from '../../util/safely';

interface Pending {
  resolve(): void;
  reject(error: SendError): void;
}

export interface OutboxConfig {
  subprocess: string;
  pid(): number | null;
  /** Told when the first command is on its way, and when the child has the last one. */
  onPending(isPending: boolean): void;
}

export class Outbox {
  readonly #config: OutboxConfig;
  readonly #outgoing = new Outgoing<Order, 'commands'>('commands', frame => this.#write(frame));
  readonly #pending = new Fifo<Pending>();
  #waiting: Frame[] = [];
  #send: ((frame: Frame) => void) | undefined;
  #closed: string | undefined;

  constructor(config: OutboxConfig) {
    this.#config = config;
  }

  /** Sends the first orders, and what has been waiting for them. */
  open(send: (frame: Frame) => void, first: Order[]): void {
    this.#send = send;
    for (const frame of [encodeFrame(first), ...this.#waiting]) send(frame);
    this.#waiting = [];
  }

  /** The child has sent something, and may wait for an answer. */
  renew(): void {
    this.#outgoing.renew();
  }

  /** Nothing is told any more of what has been taken. */
  final(): void {
    this.#outgoing.send({ type: 'final' });
  }

  stop(): void {
    this.#outgoing.send({ type: 'stop' });
  }

  /** So many more messages have been taken. */
  taken(count: number): void {
    this.#outgoing.add({ type: 'acknowledge', count });
  }

  /** Resolves when the child has the command. @throws SendError (as a rejection) if it cannot cross or the child has ended */
  command(command: unknown): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#error(this.#closed));
    if (!this.#outgoing.addPlain(command)) {
      const refusal = this.#addAny(command);
      if (refusal) return Promise.reject(refusal);
    }
    if (this.#pending.length === 0) this.#config.onPending(true);
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
    });
  }

  /** The child has `count` more commands. */
  received(count: number): void {
    if (this.#pending.length === 0) return;
    for (let left = count; left > 0; left--) this.#pending.shift()?.resolve();
    if (this.#pending.length === 0) this.#config.onPending(false);
  }

  /** The child is gone: what it has not got is rejected. */
  close(why: string): void {
    this.#closed = why;
    this.#waiting = [];
    const lost = this.#pending.takeAll();
    for (const { reject } of lost) reject(this.#error(why));
    if (lost.length > 0) this.#config.onPending(false);
  }

  #addAny(command: unknown): SendError | undefined {
    const obstacle = findObstacle(command, 'command', 'message');
    if (obstacle) return this.#error(`${obstacle.path} ${obstacle.problem}: send plain data`);
    try {
      this.#outgoing.addAny(command);
      return undefined;
    } catch (error) {
      return this.#error(`the command cannot be serialised (${safeText(error)})`, error);
    }
  }

  #write(frame: Frame): void {
    if (this.#closed !== undefined) return;
    if (this.#send) this.#send(frame);
    else this.#waiting.push(ownFrame(frame));
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
