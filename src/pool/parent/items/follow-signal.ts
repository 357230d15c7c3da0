/** Parent side: listens once to an AbortSignal for many items and streams: Node warns of more than ten listeners. */
interface SharedListener {
  callbacks: Set<() => void>;
  listener(): void;
}

const sharedListeners = new WeakMap<AbortSignal, SharedListener>();

/** Calls `callback` when `signal` aborts. Returns a function that cancels this. */
export function followSignal(signal: AbortSignal, callback: () => void): () => void {
  const shared = sharedListeners.get(signal) ?? addSharedListener(signal);
  shared.callbacks.add(callback);
  return () => {
    shared.callbacks.delete(callback);
    if (shared.callbacks.size > 0) return;
    signal.removeEventListener('abort', shared.listener);
    sharedListeners.delete(signal);
  };
}

function addSharedListener(signal: AbortSignal): SharedListener {
  const callbacks = new Set<() => void>();
  const listener = () => {
    // A callback may cancel another one.
    for (const callback of [...callbacks]) if (callbacks.has(callback)) callback();
  };
  const shared = { callbacks, listener };
  sharedListeners.set(signal, shared);
  signal.addEventListener('abort', listener, { once: true });
  return shared;
}
