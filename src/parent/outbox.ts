/** Parent side: orders on their way to a child. */
import { SendError } from '../errors';
import { findObstacle } from '../protocol/crossing';
import { encodeFrame } from '../protocol/frames';
import type { Order } from '../protocol/to-child';
import { safeText } from '../safely';

interface Pending {
  resolve(): void;
  reject(error: SendError): void;
}

export class Outbox {
  readonly #subprocess: string;
  readonly #pid: () => number | null;
  readonly #pending: Pending[] = [];
  #waiting: Buffer[] = [];
  #send: ((frame: Buffer) => void) | undefined;
  #closed: string | undefined;

  constructor(subprocess: string, pid: () => number | null) {
    this.#subprocess = subprocess;
    this.#pid = pid;
  }

  /** Sends the first order, and what has been waiting for it. */
  open(send: (frame: Buffer) => void, first: Order): void {
    this.#send = send;
    for (const frame of [encodeFrame([first]), ...this.#waiting]) send(frame);
    this.#waiting = [];
  }

  stop(): void {
    this.#write(encodeFrame([{ type: 'stop' } satisfies Order]));
  }

  /** Resolves when the child has the command. @throws SendError (as a rejection) if it cannot cross or the child has ended */
  command(command: unknown): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#error(this.#closed));
    const obstacle = findObstacle(command, 'command', 'message');
    if (obstacle) return Promise.reject(this.#error(`${obstacle.path} ${obstacle.problem}: send plain data`));
    let frame: Buffer;
    try {
      frame = encodeFrame([{ type: 'command', command } satisfies Order]);
    } catch (error) {
      return Promise.reject(this.#error(`the command cannot be serialised (${safeText(error)})`, error));
    }
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      this.#write(frame);
    });
  }

  /** The child has `count` more commands. */
  received(count: number): void {
    for (const { resolve } of this.#pending.splice(0, count)) resolve();
  }

  /** The child is gone: what it has not got is rejected. */
  close(why: string): void {
    this.#closed = why;
    this.#waiting = [];
    for (const { reject } of this.#pending.splice(0)) reject(this.#error(why));
  }

  #write(frame: Buffer): void {
    if (this.#closed !== undefined) return;
    if (this.#send) this.#send(frame);
    else this.#waiting.push(frame);
  }

  #error(why: string, cause?: unknown): SendError {
    return new SendError(`${this.#subprocess}.send(): ${why}`, {
      subprocess: this.#subprocess,
      pid: this.#pid(),
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
