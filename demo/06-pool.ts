/** Hashes a folder through a pool, with a progress bar, and then the same on one core. */
import { cancelOne } from './pool/cancel';
import { find } from './pool/find';
import { follow, type Result } from './pool/follow';
import { onOneCore, throughPool } from './pool/ways';
import type { Listing } from './reactive-app/find-files';
import { counted, duration, speed } from './reactive-app/format';
import { parseOptions, UsageError } from './reactive-app/options';

const HELP = `Usage: npm run demo:pool -- [folder]

Hashes every file of a folder (SHA-256) through a pool of two to four workers, and
then the same in this process alone, with a progress bar for each. Then it cancels an
item in the middle of its work. Without a folder,
it hashes the node_modules of this package, several times over.

Exit code: 0 all is hashed, 1 something could not be, 2 wrong use.
`;

/** How often the folder is hashed where none was asked for: it is small, and processes take time to start. */
const TIMES = 8;

const say = (text: string) => process.stdout.write(`${text}\n`);

const repeat = ({ files, bytes, ...rest }: Listing, times: number): Listing => ({
  ...rest,
  files: Array.from({ length: times }, () => files).flat(),
  bytes: bytes * times,
});

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const options = parseOptions(args);
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const { folder, workers } = options;
  const times = args.length === 0 ? TIMES : 1;
  const found = await find(folder);
  const listing = repeat(found, times);
  say(`\n  hashing ${counted(found.files.length, 'file')} of ${folder}${times > 1 ? `, ${times} times` : ''}\n`);

  // The pool first: what the disk has to be asked for then, and is remembered later, speaks against it.
  const pooled = throughPool(folder, listing.files, workers);
  const pool = await follow(`a pool of ${workers} workers`, listing, pooled, process.stdout);
  const alone = await follow('one core', listing, onOneCore(folder, listing.files), process.stdout);

  const told = ({ time }: Result) => `${duration(time)}, ${speed((listing.bytes / time) * 1_000)}`;
  say(`\n  pool      ${told(pool)}`);
  say(`  one core  ${told(alone)}`);
  say(`  the pool took ${(pool.time / alone.time).toFixed(2)} of the time, its start included`);
  say(
    `  sha256    ${pool.digest}${pool.digest === alone.digest ? ', both ways' : `, and ${alone.digest}: files changed`}`,
  );
  const { time, goesOn } = await cancelOne();
  say(
    `  canceled  an item of 60 s after 0.1 s; ${goesOn ? 'its' : 'another'} worker did the next one after ${duration(time)}`,
  );
  if (pool.unreadable > 0) say(`  ${counted(pool.unreadable, 'file')} could not be read`);
  say('');
  return pool.unreadable + listing.unreadable.length > 0 ? 1 : 0;
}

// The worker lives in a module of its own, so no child ever loads this one.
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
