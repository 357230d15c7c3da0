/** Both sides: waits for Redis, but not for ever. */
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
