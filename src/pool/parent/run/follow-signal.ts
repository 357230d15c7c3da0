/** Parent side: hears of a signal's abort on behalf of many, by one listener, since Node warns of more than ten. */
interface Following {
  calls: Set<() => void>;
  listener(): void;
}

const followings = new WeakMap<AbortSignal, Following>();

/** Calls once `signal` aborts; returns how to take it back. */
export function followSignal(signal: AbortSignal, call: () => void): () => void {
  const following = followings.get(signal) ?? listen(signal);
  following.calls.add(call);
  return () => {
    following.calls.delete(call);
    if (following.calls.size > 0) return;
    signal.removeEventListener('abort', following.listener);
    followings.delete(signal);
  };
}

function listen(signal: AbortSignal): Following {
  const calls = new Set<() => void>();
  const listener = () => {
    for (const call of [...calls]) call();
  };
  const following = { calls, listener };
  followings.set(signal, following);
  signal.addEventListener('abort', listener, { once: true });
  return following;
}
