/** Supervises loops that crash at random, in three groups with one strategy each, and shows everything in one live view. */
import { filter, fromEvent, lastValueFrom, map, merge, type Observable, share, take, timer } from 'rxjs';
import { HELP, parseOptions, UsageError } from './supervise/options';
import { keys, requests } from './supervise/requests';
import { show } from './supervise/show';
import { GROUPS, LOOPS, type Stop } from './supervise/state';
import { superviseGroups } from './supervise/supervise-groups';

const STOPS = ['SIGINT', 'SIGTERM'] as const;
const EXIT_CODES: Record<Stop, number> = { SIGINT: 130, SIGTERM: 143, time: 0 };

/** While somebody listens here, the library leaves these signals to us. */
const signals = (): Observable<Stop> =>
  merge(...STOPS.map(signal => fromEvent(process, signal).pipe(map(() => signal)))).pipe(share());

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const signal$ = signals();
  // To the end: one ctrl-c may arrive twice, since npm forwards it.
  signal$.subscribe();
  const time$ = timer(options.seconds * 1_000).pipe(map((): Stop => 'time'));
  const request$ = requests(keys(process.stdin)).pipe(share());
  const typed$ = request$.pipe(filter(({ type }) => type === 'stop')).pipe(map((): Stop => 'SIGINT'));
  const stop$ = merge(signal$, typed$, time$).pipe(take(1), share());
  const selected = process.stdin.isTTY ? { strategy: GROUPS[0]?.strategy ?? '', loop: LOOPS[0] } : null;
  const { stop } = await lastValueFrom(show(superviseGroups(options, stop$, request$, selected), process.stdout));
  return stop ? EXIT_CODES[stop] : 1;
}

// The classes live in modules of their own, so no child ever loads this one.
main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nTry --help.\n`);
    process.exitCode = 2;
  },
);
