/** Parent side: decides when a supervisor ends because its significant children have ended. */
import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import type { Signal } from './branch';
import type { Settings } from './options';

/**
 * Whether a supervisor ends when significant children have ended by themselves and are not restarted. 'never': no.
 * 'any-significant': when the first of them has. 'all-significant': when all of them have. OTP calls these
 * never, any_significant and all_significant.
 *
 * @example
 * const children = {
 *   main: () => new CountLines('access.log'),
 *   beat: () => new Heartbeat(),
 * };
 * superviseAll(children, {
 *   significant: { main: true },
 *   autoShutdown: 'any-significant',
 * }).subscribe();
 */
export type AutoShutdown = 'never' | 'any-significant' | 'all-significant';

export const AUTO_SHUTDOWNS: readonly AutoShutdown[] = ['never', 'any-significant', 'all-significant'];

/** Calls `shutDown` when the significant children of the supervisor at `path` say so. */
export function autoShutdown(
  { autoShutdown: when, significant }: Pick<Settings, 'autoShutdown' | 'significant'>,
  path: readonly string[],
  shutDown: () => void,
): MonoTypeOperatorFunction<Signal> {
  const ended = new Set<string>();
  return tap(signal => {
    if (when === 'never') return;
    if (signal.type === 'event' && signal.event.type === 'started' && signal.event.path.length === 1) {
      ended.delete(signal.event.child);
    }
    if (signal.type !== 'note' || signal.note.is !== 'ended') return;
    const key = keyBelow(path, signal.note.path);
    if (key === undefined || !significant.has(key)) return;
    ended.add(key);
    if (when === 'any-significant' || ended.size === significant.size) shutDown();
  });
}

/** The key of a child of the supervisor at `path`; undefined if it is a child of another one. */
const keyBelow = (path: readonly string[], of: readonly string[]): string | undefined =>
  of.length === path.length + 1 ? of.at(-1) : undefined;
