/** Both sides: saves the compiled library for later programs, once this one has run most of what a program runs. */
import { setImmediate } from './timers';

let save: (() => void) | undefined;

/** Called by what has loaded the library. */
export function setSave(newSave: () => void): void {
  save = newSave;
}

/** Saves it, unless that is done, after what waits for the end of the task. */
export function saveCompiledSoon(): void {
  if (save) setImmediate(save);
  save = undefined;
}
