/** Parent side: what a process and its channel show, until the process is gone. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { readAhead } from '../../protocol/read-ahead';
import { isReport, type Report } from '../../protocol/to-parent';
import type { SpawnedChild } from './spawn-child';

export type Observed =
  | { type: 'report'; report: Report }
  /** The channel brought something else than reports. */
  | { type: 'garbled'; why: string }
  /** The channel closed; the process may still be there. */
  | { type: 'closed' }
  | ({ type: 'end' } & Exit);

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export type OnObserved = (observed: Observed) => void;

/** Once the process is gone, a pipe that somebody else still holds is given up after so many ms without a byte. */
const DRAIN = 250;
/** Ctrl-C reaches the whole group. A child too young to ignore it may be gone some ms before this process hears of it. */
const GROUP_SIGNAL = 50;

/** Tells what is observed: `end` last, and nothing after it. */
export function observeChild(child: SpawnedChild, onObserved: OnObserved): void {
  new Watch(child, onObserved);
}

/** Plain code and no operators, since every message comes this way, and a hundred children may end at a time. */
class Watch {
  readonly #child: SpawnedChild;
  readonly #onObserved: OnObserved;
  /** Its stdout and stderr, as far as they come here. */
  readonly #output: Readable[];
  #openPipes: number;
  #exit: Exit | undefined;
  #patience: NodeJS.Timeout | undefined;
  #lastLook: NodeJS.Immediate | undefined;
  #isGarbled = false;
  #isOver = false;

  constructor(child: SpawnedChild, onObserved: OnObserved) {
    const { process, channel } = child;
    this.#child = child;
    this.#onObserved = onObserved;
    this.#output = [process.stdout, process.stderr].filter(pipe => pipe !== null);
    this.#openPipes = 1 + this.#output.length;
    this.#listen(channel);
    channel.once('close', () => this.#say({ type: 'closed' }));
    for (const pipe of [channel, ...this.#output]) pipe.once('close', () => this.#pipeClosed());
    process.once('exit', (code, signal) => {
      const gone = () => this.#gone({ code, signal });
      if (signal === 'SIGINT' || signal === 'SIGHUP') setTimeout(gone, GROUP_SIGNAL);
      else gone();
    });
  }

  /**
   * Past the stream's buffer, and the reads that it schedules after each chunk: Node hands what it has read to `push`.
   * https://github.com/nodejs/node/blob/main/lib/internal/stream_base_commons.js
   */
  #listen(channel: Socket): void {
    const push = channel.push.bind(channel);
    channel.push = (chunk: Buffer | null) => {
      if (chunk === null) return push(null);
      this.#hear(chunk);
      return true;
    };
    // What comes another way; and lets it flow.
    channel.on('data', (chunk: Buffer) => this.#hear(chunk));
  }

  #hear(chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#exit) this.#drain();
    if (this.#isGarbled) return;
    const { descriptor, reader } = this.#child;
    try {
      reader.read(chunk, this.#take);
      readAhead(descriptor, reader, this.#take);
    } catch (error) {
      this.#isGarbled = true;
      this.#say({ type: 'garbled', why: (error as Error).message });
    }
  }

  readonly #take = (batch: unknown[]) => {
    for (const report of batch) {
      if (!isReport(report)) throw new Error('a frame of unknown type');
      this.#say({ type: 'report', report });
    }
  };

  /** 'exit' and the end of the pipes come in either order. */
  #pipeClosed(): void {
    this.#openPipes -= 1;
    if (this.#openPipes === 0 && this.#exit) this.#end(this.#exit);
  }

  #gone(exit: Exit): void {
    this.#exit = exit;
    if (this.#openPipes === 0) return this.#end(exit);
    for (const pipe of this.#output) pipe.on('data', this.#drain);
    this.#drain();
  }

  /** Not 'close' of the process, which a grandchild that holds stdout can delay for ever. */
  readonly #drain = () => {
    clearTimeout(this.#patience);
    clearImmediate(this.#lastLook);
    this.#patience = setTimeout(() => {
      // Where this process was held up, its timers come before what waits in its pipes: one more look at these counts.
      this.#lastLook = setImmediate(() => this.#end(this.#exit as Exit));
    }, DRAIN);
  };

  #end(exit: Exit): void {
    if (this.#isOver) return;
    clearTimeout(this.#patience);
    clearImmediate(this.#lastLook);
    for (const pipe of this.#output) pipe.off('data', this.#drain);
    this.#say({ type: 'end', ...exit });
    this.#isOver = true;
  }

  #say(observed: Observed): void {
    if (!this.#isOver) this.#onObserved(observed);
  }
}
