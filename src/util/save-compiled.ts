/** Both sides: saves the compiled library for later processes of the kind of this one, once. */
import { setImmediate } from './timers';

let save: (() => void) | undefined;

/** Called by what has loaded the library. */
export function setSave(newSave: () => void): void {
  save = newSave;
}

export function saveCompiled(): void {
  save?.();
  save = undefined;
}

/** Saves it after what waits for the end of the task. */
export function saveCompiledSoon(): void {
  if (save) setImmediate(saveCompiled);
}
