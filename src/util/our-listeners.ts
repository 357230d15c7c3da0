/** Both sides: marks the signal listeners of this library, so that no copy of the package takes them for the user's. */
const OURS = Symbol.for('offspring-rx.listener');

export function markAsOurs(listener: (signal: NodeJS.Signals) => void): void {
  Object.assign(listener, { [OURS]: true });
}

export const isOurs = (listener: object): boolean => OURS in listener;
