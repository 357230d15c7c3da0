/** Parent side: the connection of one instance to its child. */
import type { Report, TreeAnswer } from '../../protocol/to-parent';
import { closePipes, handlesOf, type SpawnedChild } from '../spawn/spawn-child';
import { KeepAlive } from './keep-alive';
import { Outbox } from './outbox';
import { ReceiveWindow } from './receive-window';

export class Connection {
  readonly keepAlive = new KeepAlive();
  readonly outbox: Outbox;
  readonly receiveWindow: ReceiveWindow;
  /** The child has told a watchdog what it waits for. */
  onWhere: (report: Extract<Report, { type: 'where' }>) => void = () => {};
  /** The child has told of its own processes. */
  onTreeAnswer: (answer: TreeAnswer) => void = () => {};
  #child: SpawnedChild | undefined;

  constructor(subprocess: string) {
    // Commands that the child has not received keep the parent alive.
    const onPending = this.keepAlive.toggle();
    this.outbox = new Outbox({ subprocess, pid: () => this.#child?.pid ?? null, onPending });
    this.receiveWindow = new ReceiveWindow(messages => this.outbox.acknowledge(messages));
  }

  /** Undefined until the process is made. Kept after its end. */
  get child(): SpawnedChild | undefined {
    return this.#child;
  }

  attach(child: SpawnedChild): void {
    this.#child = child;
    this.keepAlive.attach(handlesOf(child));
  }

  /** Called when the process has ended. It no longer keeps the parent alive, and its pipes are closed. */
  release(): void {
    this.keepAlive.detach();
    if (this.#child) closePipes(this.#child);
  }
}
