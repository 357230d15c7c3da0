/** Parent side: follows the AbortSignal of a supervisor. */

/** Calls `callback` when the signal aborts, or now if it has. Returns a function that ends this. */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal?.aborted) callback();
  signal?.addEventListener('abort', callback, { once: true });
  return () => signal?.removeEventListener('abort', callback);
}
