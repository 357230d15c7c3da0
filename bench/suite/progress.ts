/** Shows on stderr how far it is: a line that is rewritten, or a line every few seconds where nobody watches. */
import type { Group } from './group';

/** ms between two lines where nobody watches. */
const PLAIN_PAUSE = 10_000;

type Write = ((text: string) => void) & { clear(): void };

export class Progress {
  readonly #write: Write | undefined;
  readonly #groups: readonly Group[];
  readonly #begun = performance.now();
  #shown = performance.now();

  /** `write` is log-update's where stderr is a terminal. */
  constructor(groups: readonly Group[], write: Write | undefined) {
    this.#groups = groups;
    this.#write = write;
  }

  static async of(groups: readonly Group[]): Promise<Progress> {
    const { logUpdateStderr } = await import('log-update');
    return new Progress(groups, process.stderr.isTTY ? logUpdateStderr : undefined);
  }

  readonly onRound = (id: string, done: number, of: number): void => {
    const number = this.#groups.findIndex(group => group.id === id) + 1;
    const text = `${bar(done / of)}  ${id}, round ${done} of ${of}; group ${number} of ${this.#groups.length}; ${this.seconds} s`;
    if (this.#write) return this.#write(text);
    if (performance.now() - this.#shown < PLAIN_PAUSE) return;
    this.#shown = performance.now();
    console.error(text);
  };

  get seconds(): string {
    return ((performance.now() - this.#begun) / 1_000).toFixed();
  }

  /** Before something else is printed. */
  clear(): void {
    this.#write?.clear();
  }
}

function bar(part: number): string {
  const width = 20;
  const full = Math.round(part * width);
  return `[${'='.repeat(full)}${' '.repeat(width - full)}]`;
}
