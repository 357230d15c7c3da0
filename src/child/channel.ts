/** Child side: what goes to the parent and comes from it. */
import { fstatSync, readSync } from 'node:fs';
import type { Socket, SocketConstructorOpts } from 'node:net';
import { FrameReader } from '../protocol/frame-reader';
import { sizeOf } from '../protocol/frames';
import { Outgoing } from '../protocol/outgoing';
import { Pipe } from '../protocol/pipe';
import { readAhead } from '../protocol/read-ahead';
import { isOrder, type Order } from '../protocol/to-child';
import type { Report } from '../protocol/to-parent';
import { SendWindow } from './send-window';

/** Of the channel, in every child. */
const DESCRIPTOR = 3;
const descriptor = () => DESCRIPTOR;
/** Bytes that wait for a parent that does not read; beyond them, work that does not wait for `emit` is made to. */
const MOST_WAITING = 1024 * 1024;

/** Bytes that are read at a time. */
const CHUNK = 64 * 1024;

/** Why the channel keeps this process alive. */
type Reason = 'loading' | 'listener' | 'window';

export interface ChannelListener {
  onOrder(order: Order): void;
  /** The parent sent what this version does not understand. */
  onGarbled(error: Error): void;
  /** The parent is gone. */
  onClose(): void;
}

/** ms in which a child hears nothing, since it is about to enter its work. */
const DEAF = 50;

export class Channel {
  /** Who is told of what comes. */
  listener: ChannelListener = { onOrder() {}, onGarbled() {}, onClose() {} };
  readonly #pipe = new Pipe(descriptor, MOST_WAITING);
  readonly #reader = new FrameReader({ isReused: true });
  readonly #window = new SendWindow(waits => this.hold('window', waits));
  readonly #outgoing = new Outgoing<Report, 'messages'>('messages', (frame, messages) => {
    this.#window.sent(messages, sizeOf(frame));
    this.#pipe.write(frame);
    if (this.#outgoing.unbuffered) this.#pipe.drain();
  });
  readonly #reasons = new Set<Reason>(['loading']);
  /** A module that takes long to load does not keep this process from hearing its parent. */
  readonly #listening = setTimeout(() => this.listen(), DEAF).unref();
  #socket: Socket | undefined;
  #garbled = false;
  #parentGone = false;

  /** @throws Error if this process has no channel, since nobody made it for a Subprocess */
  constructor() {
    if (!isSocket()) {
      throw new Error(
        'offspring-rx/dist/child/boot.js is what the library starts in a child process; it is not to be run',
      );
    }
    // First of all listeners: what the others still send leaves at once.
    process.on('exit', () => {
      this.#outgoing.unbuffered = true;
      this.#outgoing.flush();
      this.#pipe.drain();
    });
  }

  /** Waits for the first orders, which come before anything else runs. @throws Error if there are none */
  readFirst(): Order[] {
    let first: unknown[] | undefined;
    const take = (batch: unknown[]) => {
      first = batch;
    };
    while (!first) {
      const { target } = this.#reader;
      const chunk = target ?? Buffer.allocUnsafe(Math.min(this.#reader.missing, CHUNK));
      const length = readSync(DESCRIPTOR, chunk);
      if (length === 0) throw new Error('the parent ended before it gave its order');
      if (target) this.#reader.filled(length, take);
      else this.#reader.read(chunk.subarray(0, length), take);
    }
    return first.map(orderOf);
  }

  /** Listens for what follows. Loads node:net, 1.6 ms, which the first orders do without. */
  listen(): void {
    if (this.#socket) return;
    clearTimeout(this.#listening);
    const { Socket } = require('node:net') as typeof import('node:net');
    // Into one buffer again and again, past the stream: 'data' would make a new one for each chunk.
    const onread = {
      buffer: Buffer.allocUnsafe(CHUNK),
      callback: (length: number) => this.#hear(onread.buffer, length),
    };
    const socket = new Socket({ fd: DESCRIPTOR, readable: true, writable: false, onread } as SocketConstructorOpts);
    this.#socket = socket;
    this.#applyHold();
    for (const event of ['end', 'error', 'close']) socket.on(event, () => this.#close());
    socket.resume();
  }

  /** Whether the channel keeps this process alive, from the time when it is listened to. */
  hold(reason: Reason, holds: boolean): void {
    if (holds) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    // What it waits for is to be heard.
    if (holds && reason !== 'loading') this.listen();
    this.#applyHold();
  }

  /** Sent at once, with all that was added before. @throws if it cannot be serialised */
  report(report: Report): void {
    if (!this.#parentGone) this.#outgoing.send(report);
  }

  /** Sent with what follows. `report` is made for this, and JSON tells it exactly. */
  reportSoon(report: Report): void {
    if (!this.#parentGone) this.#outgoing.addExact(report);
  }

  /** Sends a message, if it is plain data. */
  emitPlain(message: unknown): boolean {
    if (!this.#outgoing.addPlain(message)) return false;
    this.#window.add();
    return true;
  }

  /** Sends a message, whatever it is. @throws if it cannot be serialised */
  emitAny(message: unknown): void {
    this.#outgoing.addAny(message);
    this.#window.add();
  }

  /** The parent has taken so many more of the messages. */
  taken(count: number): void {
    this.#window.taken(count);
  }

  /** The parent tells no more what it has taken. */
  takenForGood(): void {
    this.#window.openForGood();
  }

  /** Resolves at once, or when the parent has taken enough of what was emitted. */
  room(): Promise<void> {
    return this.#window.room();
  }

  /** All is sent when it returns, and nothing after it. */
  close(): void {
    this.#outgoing.flush();
    this.#pipe.drain();
    this.#pipe.close();
  }

  #hear(buffer: Buffer, length: number): boolean {
    if (this.#garbled) return true;
    this.#outgoing.renew();
    try {
      this.#reader.read(buffer.subarray(0, length), this.#obey);
      readAhead(descriptor, this.#reader, this.#obey);
    } catch (error) {
      // Not closed: the descriptor is still needed, to say so.
      this.#garbled = true;
      this.listener.onGarbled(error as Error);
    }
    // Unless the answer took it along.
    this.#outgoing.flushSoon();
    return true;
  }

  readonly #obey = (batch: unknown[]) => {
    for (const order of batch) this.listener.onOrder(orderOf(order));
  };

  #close(): void {
    if (this.#parentGone) return;
    this.#parentGone = true;
    // Before the descriptor is closed, and its number goes to somebody else's file.
    this.#pipe.close();
    this.#window.openForGood();
    this.listener.onClose();
  }

  #applyHold(): void {
    if (this.#reasons.size > 0) this.#socket?.ref();
    else this.#socket?.unref();
  }
}

function orderOf(value: unknown): Order {
  if (isOrder(value)) return value;
  throw new Error('an order of unknown type');
}

function isSocket(): boolean {
  try {
    // As bigint: after a plain stat that saw a socket, realpathSync returns known paths unresolved, and imports
    // through symlinks go wrong; it looks at the values of the last stat. https://github.com/nodejs/node/pull/20167
    const stats = fstatSync(DESCRIPTOR, { bigint: true });
    // On Windows it is a named pipe.
    return stats.isSocket() || (process.platform === 'win32' && stats.isFIFO());
  } catch {
    return false;
  }
}
