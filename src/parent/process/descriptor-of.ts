/** Parent side: the descriptor behind a stream. */

interface Handled {
  _handle?: { fd?: number } | null;
}

/** -1, which can be neither read nor written, where it is closed, or the platform has none. */
export const descriptorOf = (stream: object | null): number => (stream as Handled | null)?._handle?.fd ?? -1;
