/** Parent side: the output of a process of this one, while somebody may want to see it. */
import type { Following, OnPiece, OutputFrom } from '../../model/output';
import type { TaskView } from '../../watchable';
import { LastLines } from './last-lines';
import { NOTHING } from './nothing';

export class OwnOutput {
  readonly #view: TaskView;
  #lines: LastLines | undefined;
  #stop = () => {};
  #hasEnded = false;

  constructor(view: TaskView) {
    this.#view = view;
  }

  /** Begins to keep the last lines, or forgets them. */
  keep(isWanted: boolean): void {
    if (isWanted === (this.#lines !== undefined)) return;
    this.#stop();
    this.#lines = undefined;
    if (!isWanted) return;
    const lines = new LastLines(fromOf(this.#view));
    this.#lines = lines;
    if (!this.#hasEnded) this.#stop = this.#view.onLine((line, stream) => lines.add(line, stream));
  }

  follow(onPiece: OnPiece): Following {
    if (this.#lines) return this.#lines.follow(onPiece);
    onPiece({ from: 'none', lines: [], skipped: 0 });
    return NOTHING;
  }

  /** The process has ended. Its lines are kept, but not what they came from. */
  end(): void {
    this.#hasEnded = true;
    this.#stop();
    this.#stop = () => {};
    this.#lines?.trim();
  }
}

const fromOf = ({ stdio }: TaskView): OutputFrom => (typeof stdio === 'object' ? 'prefix' : stdio);
