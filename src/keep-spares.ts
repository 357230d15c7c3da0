/** Both sides: keeps processes ready for whichever class is started next. */
import { keepSpares as keep } from './side';
import { isCount, OptionChecker } from './util/check-options';

/**
 * Keeps `count` processes ready that have booted and loaded this library, but no module: the next start that needs no
 * options of its own takes one, and another is made in the background. They boot from this call on. Each runs one task.
 *
 * A start takes one if it needs a process as it is made without options: with the same environment, working directory,
 * user, groups and umask as this process has, without a `forkOptions()`, `STDIO`, `NICE` or `OWN_GROUP` of its own, and
 * without a `watchdog`. A class with `SPARES` takes its own first, which have loaded its module too.
 *
 * They do not keep this process alive, and end with it. `Subprocess.shutdownAll()` ends them until the next start, and
 * `keepSpares(0)` for good. In a module that a child loads again, the call does nothing.
 *
 * @example
 * keepSpares(1);
 * const count = new CountLines('access.log');
 * console.log(await count.result());
 * // prints: 25000
 * keepSpares(0);
 *
 * @throws StateError if `count` is no whole number, 0 or more
 */
export function keepSpares(count: number): void {
  new OptionChecker('keepSpares(): ', { subprocess: 'keepSpares' }).must('count', count, [
    'a whole number, 0 or more',
    value => value !== Number.POSITIVE_INFINITY && isCount(0)(value),
  ]);
  keep(count);
}
