/** Parent side: the output of the processes of a process, which sends it as far as it is asked to. */
import type { Following, OnPiece, OutputPiece } from '../../model/output';
import type { OutputOrder } from '../../protocol/to-child';
import type { OutputReport } from '../../protocol/to-parent';
import { NOTHING } from './nothing';

const GONE: OutputPiece = { from: 'gone', lines: [], skipped: 0 };

export class NestedOutputs {
  readonly #order: (order: OutputOrder) => void;
  readonly #followers = new Map<number, OnPiece>();
  #last = 0;
  #hasEnded = false;

  constructor(order: (order: OutputOrder) => void) {
    this.#order = order;
  }

  /** The piece with 'gone' is the last one. */
  follow(id: string, onPiece: OnPiece): Following {
    if (this.#hasEnded) {
      onPiece(GONE);
      return NOTHING;
    }
    this.#last += 1;
    const followId = this.#last;
    const send = (ask: OutputOrder['ask']) => {
      if (!this.#hasEnded) this.#order({ type: 'output', followId, id, ask });
    };
    this.#followers.set(followId, onPiece);
    send('all');
    return {
      more: () => send('more'),
      close: () => {
        this.#followers.delete(followId);
        send('nothing');
      },
    };
  }

  /** The process has answered. */
  take({ followId, from, lines, skipped }: OutputReport): void {
    const onPiece = this.#followers.get(followId);
    if (from === 'gone') this.#followers.delete(followId);
    onPiece?.({ from, lines, skipped });
  }

  /** The process has ended, and all that it has sent was taken. */
  end(): void {
    this.#hasEnded = true;
    const followers = [...this.#followers.values()];
    this.#followers.clear();
    for (const onPiece of followers) onPiece(GONE);
  }
}
