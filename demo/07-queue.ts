/** Hashes a folder over a queue, by two hosts, one of which is killed in the middle. */
import { QueuePool } from 'offspring-rx/bullmq';
import { find } from './pool/find';
import { hashFile } from './pool/hash-file';
import { HashAtHost, type HashedAtHost } from './queue/hash-at-host';
import { Players } from './queue/players';
import { type HostRow, view } from './queue/view';
import { digestOf } from './reactive-app/digest';
import type { Listing } from './reactive-app/find-files';
import { counted, duration } from './reactive-app/format';
import { parseOptions, UsageError } from './reactive-app/options';

const HELP = `Usage: npm run demo:queue -- [folder]

Starts a Redis server and two hosts, and hashes every file of a folder (SHA-256) by
way of a queue. One of the hosts is killed in the middle, and the other one goes on
with its items. Then it compares with what this process alone finds. Without a
folder, it hashes the node_modules of this package. It needs redis-server.

Exit code: 0 nothing was lost, 1 something was or could not be read, 2 wrong use.
`;

const VICTIM = 'host 1';
const HOSTS = [VICTIM, 'host 2'];
/** ms between two drawings. */
const FRAME = 100;
/** The same if the output is no terminal. */
const LINE = 1_000;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Draws in place in a terminal, and every second elsewhere. */
async function painter(): Promise<(text: string, isLast?: boolean) => void> {
  const { default: logUpdate } = await import('log-update');
  const { isTTY } = process.stdout;
  let last = Number.NEGATIVE_INFINITY;
  return (text, isLast = false) => {
    const isDue = performance.now() - last >= (isTTY ? FRAME : LINE);
    if (!isDue && !isLast) return;
    last = performance.now();
    if (isTTY) logUpdate(text);
    else say(text);
    if (isTTY && isLast) logUpdate.done();
  };
}

interface Told {
  hashed: HashedAtHost[];
  unreadable: number;
}

async function throughQueue(folder: string, { files, bytes }: Listing, players: Players): Promise<Told> {
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  const rows = new Map<string, HostRow>(
    HOSTS.map(name => [name, { name, files: 0, bytes: 0, isKilled: false } satisfies HostRow]),
  );
  const told: Told = { hashed: [], unreadable: 0 };
  const paint = await painter();
  const draw = (isLast = false) => paint(view([...rows.values()], { files: files.length, bytes }), isLast);
  for (const name of HOSTS) await players.addHost(name, folder);

  await using pool = new QueuePool(HashAtHost, { connection: players.url, batch: 8, ahead: 128 });
  const paths = files.map(file => file.path);
  for await (const outcome of pool.map(paths, { ordered: false, settle: true })) {
    if (outcome.status === 'fulfilled') told.hashed.push(outcome.value);
    else told.unreadable += 1;
    const row = outcome.status === 'fulfilled' ? rows.get(outcome.value.host) : undefined;
    if (row) {
      row.files += 1;
      row.bytes += sizes.get(outcome.item) ?? 0;
    }
    const victim = rows.get(VICTIM);
    if (victim && !victim.isKilled && told.hashed.length >= files.length / 3) {
      players.kill(VICTIM);
      victim.isKilled = true;
    }
    draw();
  }
  draw(true);
  return told;
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const { folder } = options;
  const listing = await find(folder);
  say(`\n  hashing ${counted(listing.files.length, 'file')} of ${folder} by ${HOSTS.join(' and ')}\n`);
  await using players = await Players.start();
  const start = performance.now();
  const { hashed, unreadable } = await throughQueue(folder, listing, players);
  const time = performance.now() - start;

  const digest = digestOf(hashed);
  const alone = digestOf(hashed.map(({ path }) => hashFile(folder, path)));
  const lost = listing.files.length - hashed.length - unreadable;
  say(`\n  ${duration(time)}, with ${VICTIM} killed in the middle`);
  say(`  sha256  ${digest}${digest === alone ? '' : `, and ${alone}: files changed`}`);
  const twice = hashed.length - new Set(hashed.map(({ path }) => path)).size;
  const told = (count: number, what: string) => `${count === 0 ? 'nothing' : counted(count, 'file')} ${what}`;
  say(`  ${told(lost, 'was lost')}, and ${told(twice, 'came twice')}`);
  if (unreadable > 0) say(`  ${counted(unreadable, 'file')} could not be read`);
  say('');
  return lost + twice + unreadable > 0 || digest !== alone ? 1 : 0;
}

// The worker lives in a module of its own, so no child ever loads this one.
main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`${error.message}\n${error instanceof UsageError ? 'Try --help.\n' : ''}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
