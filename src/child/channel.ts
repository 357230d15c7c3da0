/** Child side: the pipe to the parent, descriptor 3. */
import { fstatSync, readSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { encodeFrame, FrameReader } from '../protocol/frames';
import { isOrder, type Order, type StartOrder } from '../protocol/to-child';
import type { Report } from '../protocol/to-parent';

const DESCRIPTOR = 3;
/** ms between two tries to write into a full pipe. */
const RETRY = 1;

export class Channel {
  readonly #reader = new FrameReader();
  #socket: Socket | undefined;
  /** Whether the parent can hear us, and whether we have heard that it is gone: one may be known before the other. */
  #open = true;
  #parentGone = false;
  #held = true;

  /** @throws Error if this process has no channel, since nobody made it for a Subprocess */
  constructor() {
    if (!isSocket(DESCRIPTOR)) {
      throw new Error(
        'offspring-rx/dist/child/main is what the library starts in a child process; it is not to be run or imported',
      );
    }
  }

  /** Waits for the first order, which comes before anything else runs. @throws Error if there is none */
  readStart(): StartOrder {
    for (;;) {
      const chunk = Buffer.allocUnsafe(this.#reader.missing);
      const length = readSync(DESCRIPTOR, chunk);
      if (length === 0) throw new Error('the parent ended before it gave its order');
      const [batch] = this.#reader.read(chunk.subarray(0, length));
      if (!batch) continue;
      const [order] = batch;
      if (!isOrder(order) || order.type !== 'start') throw new Error('the first order is none that this version knows');
      return order;
    }
  }

  /** Listens for what follows. `onClose` is called when the parent is gone. */
  listen(onOrder: (order: Order) => void, onGarbled: (error: Error) => void, onClose: () => void): void {
    // Loaded here, since the first order does without.
    const { Socket } = require('node:net') as typeof import('node:net');
    const socket = new Socket({ fd: DESCRIPTOR, readable: true, writable: false });
    this.#socket = socket;
    this.hold(this.#held);
    const close = () => {
      if (this.#parentGone) return;
      this.#parentGone = true;
      // Before the descriptor is closed, and its number goes to somebody else's file.
      this.#open = false;
      onClose();
    };
    socket.on('end', close);
    socket.on('error', close);
    socket.on('close', close);
    const hear = (chunk: Buffer) => {
      try {
        for (const batch of this.#reader.read(chunk)) {
          for (const order of batch) {
            if (!isOrder(order)) throw new Error('an order of unknown type');
            onOrder(order);
          }
        }
      } catch (error) {
        // Not destroyed: the descriptor is still needed, to say so.
        socket.off('data', hear);
        onGarbled(error as Error);
      }
    };
    socket.on('data', hear);
  }

  /** Whether the channel keeps this process alive, from the time when it is listened to. */
  hold(held: boolean): void {
    this.#held = held;
    if (held) this.#socket?.ref();
    else this.#socket?.unref();
  }

  /** Has left this process when it returns, so that nothing is lost by a process.exit that follows. @throws if it cannot be serialised */
  report(report: Report): void {
    if (this.#open) this.#write(encodeFrame([report]));
  }

  /** Nothing more is reported. */
  close(): void {
    this.#open = false;
  }

  #write(frame: Buffer): void {
    for (let sent = 0; sent < frame.length; ) {
      try {
        sent += writeSync(DESCRIPTOR, frame, sent);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
          // EPIPE and the like: nobody is left to hear it; onClose follows.
          this.#open = false;
          return;
        }
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY);
      }
    }
  }
}

function isSocket(descriptor: number): boolean {
  try {
    // As bigint: after a plain stat that saw a socket, realpathSync returns known paths unresolved, and imports
    // through symlinks go wrong; it looks at the values of the last stat. https://github.com/nodejs/node/pull/20167
    return fstatSync(descriptor, { bigint: true }).isSocket();
  } catch {
    return false;
  }
}
