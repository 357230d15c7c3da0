/** Host side: closes the worker of BullMQ, which would wait for ever for a Redis that does not come back. */
import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { markHandled } from '../../util/mark-handled';
import { clearTimeout, setTimeout } from '../../util/timers';

/** A connection, and those that BullMQ makes of it and keeps to itself. */
export function withCopies(redis: Redis): Redis[] {
  const all = [redis];
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = options => {
    const copy = duplicate(options);
    all.push(copy);
    return copy;
  };
  return all;
}

/** Ends a connection, and fails what waits for it. */
function giveUp(redis: Redis): void {
  const isBetweenTries = redis.status === 'reconnecting';
  redis.options.retryStrategy = () => null;
  redis.disconnect();
  // Between two tries, `disconnect()` cancels the next one, and leaves all that waits pending. A last try ends that.
  if (isBetweenTries) markHandled(redis.connect());
}

/**
 * Resolves when the items that the worker has are finished. If Redis is down for `limit` ms in a row, calls
 * `onGivenUp` and ends the connections. The first of them tells whether Redis is down.
 */
export async function closeWorker(
  worker: Worker,
  connections: readonly Redis[],
  limit: number,
  onGivenUp: () => void,
): Promise<void> {
  const [redis] = connections as readonly [Redis];
  let timer: NodeJS.Timeout | undefined;
  const onClose = () => {
    timer ??= setTimeout(() => {
      onGivenUp();
      for (const each of connections) giveUp(each);
    }, limit);
  };
  const onReady = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  if (redis.status !== 'ready') onClose();
  redis.on('close', onClose);
  redis.on('ready', onReady);
  try {
    await worker.close();
  } finally {
    redis.off('close', onClose);
    redis.off('ready', onReady);
    clearTimeout(timer);
  }
}
