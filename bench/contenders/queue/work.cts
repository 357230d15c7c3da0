/** The work that every queue is given. Items and outputs of BullMQ's own processors are JSON, so that bytes are base64. */
import { SubprocessWorker } from 'offspring-rx/pool';
import { work } from '../pool/work.js';

export class Increment extends SubprocessWorker<[], number, number> {
  override work(item: number) {
    return work.increment(item);
  }
}

export class Echo extends SubprocessWorker<[], Buffer, Buffer> {
  override work(item: Buffer) {
    return work.echo(item) as Buffer;
  }
}

export class Burn extends SubprocessWorker<[], number, void> {
  override work(item: number) {
    return work.burn(item);
  }
}

export const classes = { increment: Increment, echo: Echo, burn: Burn };
