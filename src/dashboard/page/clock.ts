/** Page: the time by the clock of the server, since this browser may have another one. */

/** The least offset seen: a frame that took long on its way makes it too large. */
let offset: number | undefined;

/** Learns from a frame that the server sent at this time. */
export function learn(at: number): void {
  const seen = Date.now() - at;
  offset = offset === undefined ? seen : Math.min(offset, seen);
}

/** A new connection may be to another server. */
export function forget(): void {
  offset = undefined;
}

/** ms since the epoch. */
export const serverNow = (): number => Date.now() - (offset ?? 0);
