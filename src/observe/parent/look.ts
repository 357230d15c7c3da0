/** Parent side: somebody who looks at the tree, and gets told of changes from time to time. */
import type { ProcessNode } from '../../model/process-node';
import { now } from '../../util/clock';
import { clearTimeout, setTimeout } from '../../util/timers';

/** What a look needs of the tree. */
interface TreeOfLook {
  readonly nodes: ProcessNode[];
  leave(look: Look): void;
  replan(): void;
  refresh(): void;
}

/** What somebody who looks wants. */
export interface LookOptions {
  /** ms between two calls of `onChange` at least. */
  readonly interval: number;
  /** Whether the last lines of the output of each process are kept. */
  readonly keepsOutput: boolean;
}

export class Look {
  readonly #tree: TreeOfLook;
  readonly #onChange: () => void;
  #options: LookOptions;
  #lastAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(tree: TreeOfLook, options: LookOptions, onChange: () => void) {
    this.#tree = tree;
    this.#options = options;
    this.#onChange = onChange;
  }

  get options(): LookOptions {
    return this.#options;
  }

  set options(options: LookOptions) {
    const isSame = options.interval === this.#options.interval;
    this.#options = options;
    this.#tree.replan();
    if (isSame || !this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.changed();
  }

  get nodes(): ProcessNode[] {
    return this.#tree.nodes;
  }

  /** Looks for what has changed without an event. */
  refresh(): void {
    this.#tree.refresh();
  }

  /** The tree has changed. */
  changed(): void {
    if (this.#timer || this.#isClosed) return;
    const delay = Math.max(0, this.#lastAt + this.#options.interval - now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#lastAt = now();
      this.#onChange();
      // On a busy machine, telling takes time too.
      this.#lastAt = now();
    }, delay).unref();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#tree.leave(this);
  }
}
