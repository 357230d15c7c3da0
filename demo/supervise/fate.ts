/** Parent: how long a loop is to live and how it is to crash, by chance, the same for each run with one seed. Pure. */

/** 'hangs' is none by itself: the watchdog makes it one. */
export type Crash = 'throws' | 'exits' | 'dies' | 'hangs';

export interface Fate {
  /** Turns before the crash. */
  turns: number;
  crash: Crash;
}

const CRASHES: readonly Crash[] = ['throws', 'throws', 'exits', 'dies', 'hangs'];

/** The fate of a child's start. */
export function fateOf(seed: number, child: string, attempt: number): Fate {
  const [length, kind] = [chance(`${seed} ${child} ${attempt} length`), chance(`${seed} ${child} ${attempt} kind`)];
  // Mostly long lives, and some short ones.
  return { turns: Math.round(8 + 90 * length ** 1.5), crash: CRASHES[Math.floor(kind * CRASHES.length)] as Crash };
}

/** A number of 0 to 1, below 1, for a text: FNV-1a, then mixed. http://www.isthe.com/chongo/tech/comp/fnv/ */
function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
