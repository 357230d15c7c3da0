/** Both sides: waits for Redis, but not for ever. */
import type { Redis } from 'ioredis';
import { clearTimeout, setTimeout } from '../../util/timers';

/** Resolves when `promise` settles, or after `ms`. */
export async function inTime(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise.then(undefined, () => {}), late]);
  clearTimeout(timer);
}

/** ms that the end of a connection waits for what was sent by it. */
const QUIT_LIMIT = 1_000;

/** Closes a connection when all that was sent by it is answered, or Redis is late. */
export async function quit(redis: Redis): Promise<void> {
  await inTime(redis.quit(), QUIT_LIMIT);
  redis.disconnect();
}
