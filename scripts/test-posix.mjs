/**
 * Runs tests on Linux without what only Linux has, after a build, since macOS is not at hand everywhere: no /proc and no
 * /dev/shm for the library and for the tests, busybox as `sh`, and pairs of sockets that hold 8 KiB.
 *
 *   npm run test:posix                    the tests of CORE
 *   npm run test:posix -- --all           every test
 *   npm run test:posix -- test/pool       the tests of a file or folder; options of mocha may follow
 *
 * What cannot be had is said, and the tests run without it. On macOS and other systems it runs the tests as they are.
 * The tests that cannot hold there are in test/support/left-out-list.ts; each run prints those that it leaves out.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = path.join(ROOT, '.posix');
const SOCKETS = path.join(FOLDER, 'small-sockets.so');

/** What depends most on the system: how children end, what is shared with them, and how much a channel holds. */
const CORE = [
  'test/faults/back-pressure.test.ts',
  'test/faults/guardian.test.ts',
  'test/faults/no-proc.test.ts',
  'test/faults/parent-dies.test.ts',
  'test/faults/parent-life.test.ts',
  'test/faults/shutdown.test.ts',
  'test/pool/large.test.ts',
  'test/pool/run.test.ts',
];

const args = process.argv.slice(2);
const chosen = args.length > 0 ? args.filter(each => each !== '--all') : CORE;
const isLinux = process.platform === 'linux';
const lacking = [];
const env = { ...process.env };

/** The command that runs another one with busybox as /bin/sh. Empty if that cannot be. */
function withBusybox() {
  const busybox = ['/usr/bin/busybox', '/bin/busybox'].find(existsSync);
  if (!busybox) {
    lacking.push('busybox as sh: busybox is not installed (apt-get install busybox)');
    return [];
  }
  const rights = process.getuid() === 0 ? [] : ['--map-root-user'];
  const inside = `mount --bind ${busybox} /bin/sh && exec "$@"`;
  const command = ['unshare', '--mount', ...rights, 'bash', '-c', inside, 'bash'];
  const { error, status, stderr } = spawnSync(command[0], [...command.slice(1), 'true'], { encoding: 'utf8' });
  if (status === 0) return command;
  lacking.push(
    `busybox as sh: ${(error?.message ?? stderr).trim()} (unshare, of util-linux, needs the right to mount)`,
  );
  return [];
}

function preloadSmallSockets() {
  mkdirSync(FOLDER, { recursive: true });
  const source = path.join(ROOT, 'test', 'support', 'small-sockets.c');
  const flags = ['-shared', '-fPIC', '-o', SOCKETS, source, '-ldl'];
  const { error, status, stderr } = spawnSync('cc', flags, { encoding: 'utf8' });
  if (status === 0) env.LD_PRELOAD = SOCKETS;
  else lacking.push(`sockets that hold 8 KiB: ${(error?.message ?? stderr).trim()} (a C compiler is needed)`);
}

let command = [];
if (isLinux) {
  env.OFFSPRING_TEST_POSIX = '1';
  preloadSmallSockets();
  command = withBusybox();
}
for (const each of lacking) console.log(`NOT TESTED by test:posix: ${each}`);
const mocha = path.join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js');
const [program, ...rest] = [...command, process.execPath, mocha, ...chosen];
const { status } = spawnSync(program, rest, { cwd: ROOT, env, stdio: 'inherit' });
process.exit(status ?? 1);
