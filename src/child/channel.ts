/** Child side: the connection to the parent. */
import { readSync } from 'node:fs';
import type { Socket, SocketConstructorOpts } from 'node:net';
import type { Readable } from 'node:stream';
import { platform } from '../platform/platform';
import type { ErrorDetails } from '../protocol/error-details';
import { FrameReader } from '../protocol/frame-reader';
import { sizeOf } from '../protocol/frames';
import { Outgoing } from '../protocol/outgoing';
import { Pipe } from '../protocol/pipe';
import { readAhead } from '../protocol/read-ahead';
import { isOrder, type Order } from '../protocol/to-child';
import type { Report } from '../protocol/to-parent';
import { attempt } from '../util/safely';
import { clearTimeout, setTimeout } from '../util/timers';
import { openOwn } from './load/left-behind';
import { SendWindow } from './send-window';

const REPORTS_DESCRIPTOR = platform.channel.reports;
/** The permission model may bar listening at the channel. Then the parent sends its orders to stdin. */
const ORDERS_DESCRIPTOR = isPipe(0) ? 0 : platform.channel.orders;
/** For `readAhead`, which reads nothing from -1. */
const readAheadDescriptor = () => (platform.channel.readsAtOnce ? ORDERS_DESCRIPTOR : -1);
/** Bytes that may be buffered while the parent does not read. Beyond them, sending blocks this process. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** Bytes that are read at a time. */
const CHUNK_BYTES = 64 * 1024;
/** ms after the start of the process at which the channel listens, even if the module is still loading. */
const LISTEN_AFTER_MS = 50;

/** Why the channel keeps this process alive. */
type KeepAliveReason = 'loading' | 'listener' | 'window';

export interface ChannelListener {
  onOrder(order: Order): void;
  /** The parent sent a frame that this version does not understand. Nothing after it is read. */
  onProtocolError(error: Error): void;
  /** The parent has ended. */
  onClose(): void;
}

/** There is no parent to speak to. */
export class NoParentError extends Error {}

export class Channel {
  listener: ChannelListener = { onOrder() {}, onProtocolError() {}, onClose() {} };
  readonly #pipe = new Pipe(() => REPORTS_DESCRIPTOR, MAX_BUFFERED_BYTES);
  readonly #reader = new FrameReader({ isReused: true });
  readonly #window = new SendWindow(isWaiting => this.keepAlive('window', isWaiting));
  readonly #outgoing = new Outgoing<Report, 'messages'>('messages', (frame, messages) => {
    this.#pipe.write(frame);
    this.#window.sent(messages, sizeOf(frame));
    if (this.#outgoing.unbuffered) this.#pipe.drain();
  });
  readonly #keepAliveReasons = new Set<KeepAliveReason>(['loading']);
  readonly #listenTimer = setTimeout(() => openOwn(() => this.listen()), LISTEN_AFTER_MS).unref();
  #socket: Socket | undefined;
  #hasProtocolError = false;
  #isParentGone = false;

  /** @throws NoParentError if the channel is not there, so that this library did not start the process */
  constructor() {
    if (!isPipe(REPORTS_DESCRIPTOR)) {
      throw new NoParentError(
        'dist/child/boot.js is started by the library in a child process: do not run it yourself',
      );
    }
    if (ORDERS_DESCRIPTOR === 0) hideStdin();
    // This is the first 'exit' listener. Reports from later 'exit' listeners are sent at once.
    process.on('exit', () => {
      this.#outgoing.unbuffered = true;
      this.#outgoing.flush();
      this.#pipe.drain();
    });
  }

  /**
   * Blocks until the first frame of orders has arrived.
   * @throws NoParentError if the parent ends before that
   * @throws Error if the frame holds something else
   */
  readFirst(): Order[] {
    let first: unknown[] | undefined;
    const onBatch = (batch: unknown[]) => {
      first = batch;
    };
    while (!first) {
      const { target } = this.#reader;
      const chunk = target ?? Buffer.allocUnsafe(Math.min(this.#reader.missing, CHUNK_BYTES));
      const length = readUntilEnd(chunk);
      if (length === 0) {
        throw new NoParentError(`the child (pid ${process.pid}) ends: the parent ended before it gave its order`);
      }
      if (target) this.#reader.filled(length, onBatch);
      else this.#reader.read(chunk, onBatch, length);
    }
    return first.map(checkedOrder);
  }

  /** Listens for further orders. Loads node:net, which takes 1.6 ms and is not needed for the first orders. */
  listen(): void {
    if (this.#socket) return;
    clearTimeout(this.#listenTimer);
    const { Socket } = require('node:net') as typeof import('node:net');
    // With `onread` all chunks use one buffer; the 'data' event would allocate one for each chunk.
    const onread = {
      buffer: Buffer.allocUnsafe(CHUNK_BYTES),
      callback: (length: number) => this.#onData(onread.buffer, length),
    };
    const socket = new Socket({
      fd: ORDERS_DESCRIPTOR,
      readable: true,
      writable: false,
      onread,
    } as SocketConstructorOpts);
    this.#socket = socket;
    this.#updateRef();
    for (const event of ['end', 'error', 'close']) socket.on(event, () => this.#onClose());
    socket.resume();
  }

  /** Sets whether the channel keeps this process alive for `reason`. It does so only while it listens. */
  keepAlive(reason: KeepAliveReason, isNeeded: boolean): void {
    if (isNeeded) this.#keepAliveReasons.add(reason);
    else this.#keepAliveReasons.delete(reason);
    // The other reasons wait for an order, which only a channel that listens receives.
    if (isNeeded && reason !== 'loading') this.listen();
    this.#updateRef();
  }

  /** Sends a report at once, after everything that is queued; see `Outgoing.add`. @throws if it cannot be serialized */
  report(report: Report, details?: readonly ErrorDetails[]): void {
    if (!this.#isParentGone) this.#outgoing.send(report, details);
  }

  /** Queues a report for the next frame. `report` must not change later, and JSON must represent it exactly. */
  reportSoon(report: Report): void {
    if (!this.#isParentGone) this.#outgoing.addExact(report);
  }

  /** Sends a message if it is plain data; returns undefined if it is not. Resolves when there is room for another one. */
  emitPlain(message: unknown): Promise<void> | undefined {
    return this.#outgoing.addPlain(message) ? (this.#window.room ?? this.#window.wait()) : undefined;
  }

  /** Sends any message, with the details of its errors, as `emitPlain` does. @throws if it cannot be serialized */
  emitAny(message: unknown, details: readonly ErrorDetails[]): Promise<void> {
    this.#outgoing.addAny(message, details);
    return this.#window.room ?? this.#window.wait();
  }

  /** The parent acknowledged this many more messages. */
  acknowledge(count: number): void {
    this.#window.acknowledge(count);
  }

  /** The parent will acknowledge no more messages, so none waits for that any longer. */
  removeSendLimit(): void {
    this.#window.removeLimit();
  }

  /** Whether a message waits for room. */
  get isHeld(): boolean {
    return this.#keepAliveReasons.has('window');
  }

  /** Sends everything that is queued, then closes. Nothing is sent afterwards. */
  close(): void {
    this.#outgoing.flush();
    this.#pipe.drain();
    this.#pipe.close();
  }

  #onData(buffer: Buffer, length: number): boolean {
    if (this.#hasProtocolError) return true;
    try {
      this.#reader.read(buffer, this.#onBatch, length);
      readAhead(readAheadDescriptor, this.#reader, this.#onBatch);
    } catch (error) {
      // The descriptor stays open: the error is reported over it.
      this.#hasProtocolError = true;
      this.listener.onProtocolError(error as Error);
    }
    // Sends the reports that the orders caused, unless they have been sent already.
    this.#outgoing.flushSoon();
    return true;
  }

  readonly #onBatch = (batch: unknown[]) => {
    for (let at = 0; at < batch.length; at++) {
      const order = checkedOrder(batch[at]);
      // Whoever acknowledges messages waits for no answer.
      if (order.type !== 'acknowledge') this.#outgoing.renew();
      this.listener.onOrder(order);
    }
  };

  #onClose(): void {
    if (this.#isParentGone) return;
    this.#isParentGone = true;
    // The socket closes the descriptor next, and another file may get its number.
    this.#pipe.close();
    this.#window.removeLimit();
    this.listener.onClose();
  }

  #updateRef(): void {
    if (this.#keepAliveReasons.size > 0) this.#socket?.ref();
    else this.#socket?.unref();
  }
}

/** Reads from the channel. Returns 0 if the parent has ended. */
function readUntilEnd(chunk: Buffer): number {
  try {
    return readSync(ORDERS_DESCRIPTOR, chunk);
  } catch (error) {
    // Windows reports the end of a pipe as an error.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EOF' || code === 'ECONNRESET' || code === 'EPIPE') return 0;
    throw error;
  }
}

function checkedOrder(value: unknown): Order {
  if (isOrder(value)) return value;
  throw new Error('an order of unknown type');
}

/** Gives the user's code a stdin that is empty, as in every child. */
function hideStdin(): void {
  let stdin: Readable | undefined;
  const get = () => {
    stdin ??= (require('node:stream') as typeof import('node:stream')).Readable.from([]);
    return stdin;
  };
  Object.defineProperty(process, 'stdin', { configurable: true, enumerable: true, get });
}

function isPipe(descriptor: number): boolean {
  return attempt(() => platform.channel.isPipe(descriptor)) ?? false;
}
