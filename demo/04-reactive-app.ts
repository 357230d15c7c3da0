/** Hashes a folder in several children, samples the load in one more, and shows everything in one live view. */
import { fromEvent, lastValueFrom, map, merge, type Observable, share } from 'rxjs';
import { hashFolder } from './reactive-app/hash-folder';
import { HELP, parseOptions, UsageError } from './reactive-app/options';
import { exitCodeOf } from './reactive-app/outcome';
import { show } from './reactive-app/show';

const STOPS = ['SIGINT', 'SIGTERM'] as const;

/** While somebody listens here, the library leaves these signals to us. */
const signals = (): Observable<NodeJS.Signals> =>
  merge(...STOPS.map(signal => fromEvent(process, signal).pipe(map(() => signal)))).pipe(share());

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const { folder, workers } = options;
  const stop$ = signals();
  // To the end: one ctrl-c may arrive twice, since npm forwards it.
  stop$.subscribe();
  return exitCodeOf(await lastValueFrom(show(hashFolder(folder, { workers, stop$ }), process.stdout)));
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
