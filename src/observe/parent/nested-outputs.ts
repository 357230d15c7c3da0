/** Parent side: the output of the processes of a process, which sends it as far as it is asked to. */
import type { Following, OnPiece } from '../../model/output';
import type { OutputOrder } from '../../protocol/to-child';
import type { OutputReport } from '../../protocol/to-parent';
import { NOTHING } from './nothing';

export class NestedOutputs {
  readonly #order: (order: OutputOrder) => void;
  readonly #followers = new Map<number, OnPiece>();
  #last = 0;

  constructor(order: (order: OutputOrder) => void) {
    this.#order = order;
  }

  /** `isAlive`: whether there is still a process that can be asked. */
  follow(id: string, onPiece: OnPiece, isAlive: boolean): Following {
    if (!isAlive) {
      onPiece({ from: 'gone', lines: [], skipped: 0 });
      return NOTHING;
    }
    this.#last += 1;
    const follow = this.#last;
    const ask = (ask: OutputOrder['ask']) => this.#order({ type: 'output', follow, id, ask });
    this.#followers.set(follow, onPiece);
    ask('all');
    return {
      more: () => ask('more'),
      // What has come was passed on at once.
      flush() {},
      close: () => {
        this.#followers.delete(follow);
        ask('nothing');
      },
    };
  }

  /** The process has answered. */
  take({ follow, from, lines, skipped }: OutputReport): void {
    this.#followers.get(follow)?.({ from, lines, skipped });
  }
}
