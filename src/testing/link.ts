/** Both sides: what the two halves of a task in the same process tell each other. */
import type { Carrier } from '../diagnostics/tracer';
import type { Kind } from '../model/kind';
import { type Encoded, type Frame, ownFrame, readHead } from '../protocol/frames';
import { queueMicrotask } from '../util/timers';
import type { Fault } from './fault';
import type { VirtualTime } from './virtual-time';

/** What the parent's half does to a child. */
export interface ChildPort {
  /** Brings a frame of orders. */
  receive(frame: Frame): void;
  /** Does what a SIGTERM does. */
  sigterm(): void;
  /** Does what a SIGKILL does. Returns false if the child has ended. */
  kill(): boolean;
}

/** What a child does to the parent's half. */
export interface ParentPort {
  /** Brings a frame of reports. */
  receive(frame: Frame): void;
  ended(code: number | null, signal: NodeJS.Signals | null): void;
}

/** What a child needs in order to start. */
export interface ChildRequest {
  /** The class of the task. */
  type: new () => object;
  name: string;
  kind: Kind;
  state: Encoded;
  own: string[];
  /** ms: the DEFAULT_SLEEP of a loop. */
  defaultSleep: number;
  time: VirtualTime;
  fault: Fault | undefined;
  /** The context in which the task was started, if somebody records traces. */
  trace: Carrier | undefined;
  parent: ParentPort;
}

export type StartChild = (request: ChildRequest) => ChildPort;

/** Decodes a frame. The values are copies, as if they had crossed to another process. */
export function decode([head, ...views]: Frame): unknown[] {
  return readHead(head).decode(views);
}

/** Passes on frames and other steps, in order, each in a microtask. `onStep` is called for each. */
export class Line {
  readonly #onStep: () => void;

  constructor(onStep: () => void) {
    this.#onStep = onStep;
  }

  frame(frame: Frame, receive: (frame: Frame) => void): void {
    // The user may change what was sent.
    const own = ownFrame(frame);
    this.step(() => receive(own));
  }

  step(work: () => void): void {
    queueMicrotask(() => {
      this.#onStep();
      work();
    });
  }
}
