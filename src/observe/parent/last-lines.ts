/** Parent side: keeps the last lines of one process, and tells those who follow them when there are new ones. */
import {
  type Following,
  type KeptLine,
  MOST_LINES,
  type OnPiece,
  type OutputFrom,
  type OutputPiece,
} from '../../model/output';
import type { LogLine } from '../../model/types';
import { dateNow, queueMicrotask } from '../../util/timers';

/** Characters of a line that are kept. */
const LONGEST = 8_000;
/**
 * Characters of a piece, and of what is kept of a process that has ended. A process that writes much floods neither the
 * processes above it nor the memory.
 */
const MOST_CHARACTERS = 100_000;

export class LastLines {
  readonly #from: OutputFrom;
  readonly #followers = new Set<() => void>();
  #kept: KeptLine[] = [];
  /** Of those that are kept. */
  #characters = 0;
  /** How many lines there were. */
  #count = 0;
  #isTellingDue = false;

  constructor(from: OutputFrom) {
    this.#from = from;
  }

  add(line: string, stream: LogLine['stream']): void {
    this.#count += 1;
    const kept = keptLine(line, stream);
    this.#kept.push(kept);
    this.#characters += kept.line.length;
    if (this.#kept.length >= 2 * MOST_LINES || this.#characters >= 2 * MOST_CHARACTERS) this.trim();
    if (this.#isTellingDue || this.#followers.size === 0) return;
    this.#isTellingDue = true;
    // After the other lines that were read with it.
    queueMicrotask(() => {
      this.#isTellingDue = false;
      for (const tell of this.#followers) tell();
    });
  }

  /** Forgets the lines that no piece would have. */
  trim(): void {
    this.#kept = fitting(this.#kept.slice(-MOST_LINES));
    this.#characters = this.#kept.reduce((sum, { line }) => sum + line.length, 0);
  }

  /** Calls back at once with the last lines, then with new ones whenever it was asked for more. */
  follow(onPiece: OnPiece): Following {
    let seen = this.#count;
    let isAsked = false;
    const tell = () => {
      if (!isAsked || seen === this.#count) return;
      isAsked = false;
      const piece = this.#after(seen);
      seen = this.#count;
      onPiece(piece);
    };
    this.#followers.add(tell);
    onPiece({ ...this.#after(0), skipped: 0 });
    return {
      more() {
        isAsked = true;
        tell();
      },
      close: () => void this.#followers.delete(tell),
    };
  }

  /** What came after the first `seen` lines. */
  #after(seen: number): OutputPiece {
    const fresh = this.#count - seen;
    const lines = fresh === 0 ? [] : fitting(this.#kept.slice(-Math.min(fresh, MOST_LINES)));
    return { from: this.#from, lines, skipped: fresh - lines.length };
  }
}

function keptLine(line: string, stream: LogLine['stream']): KeptLine {
  const at = dateNow();
  if (line.length <= LONGEST) return { stream, line, at, cut: 0 };
  // A copy: a slice would keep the whole line in memory.
  const copy = Buffer.from(line.slice(0, LONGEST), 'utf16le').toString('utf16le');
  return { stream, line: copy, at, cut: line.length - LONGEST };
}

/** The last of the lines, as many as a piece may have. */
function fitting(lines: KeptLine[]): KeptLine[] {
  let characters = 0;
  const first = lines.findLastIndex(({ line }) => {
    characters += line.length;
    return characters > MOST_CHARACTERS;
  });
  return lines.slice(first + 1);
}
