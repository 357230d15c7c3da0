/** Parent side: finds the file descriptor of a stream. */

interface StreamWithHandle {
  _handle?: { fd?: number } | null;
}

/** The descriptor. -1, which cannot be read or written, if the stream is closed or the platform has no descriptors. */
export const descriptorOf = (stream: object | null): number => (stream as StreamWithHandle | null)?._handle?.fd ?? -1;
