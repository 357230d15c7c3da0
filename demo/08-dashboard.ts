/** Shows a zoo of processes in the browser: steady ones, some that fail, a pool, and work that is done once. */
import path from 'node:path';
import { serveDashboard } from 'offspring-rx/dashboard';
import { runZoo } from './dashboard/zoo';

const HELP = `Usage: npm run demo:dashboard -- [--port=<port>] [--read-only]

Runs processes of all kinds, and serves a page that shows them. Open the URL that it
prints. Ctrl-C ends it.
`;

/** What the pool hashes. */
const FOLDER = path.join(__dirname, '..', '..', 'node_modules');
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

async function main(args: readonly string[]): Promise<number> {
  const port = Number(args.find(arg => arg.startsWith('--port='))?.slice('--port='.length) ?? 0);
  const isWrong = args.some(arg => !/^--(port=\d+|read-only)$/.test(arg));
  if (isWrong) {
    process.stdout.write(HELP);
    return args.includes('--help') ? 0 : 2;
  }
  const stop = new AbortController();
  let code = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      code = EXIT_CODES[signal];
      stop.abort();
    });
  }
  await using board = await serveDashboard({ port, control: !args.includes('--read-only') });
  process.stdout.write(`\n  ${board.url}\n\n  Ctrl-C ends it.\n`);
  await runZoo(FOLDER, stop.signal);
  return code;
}

// The classes live in modules of their own, so no child ever loads this one.
main(process.argv.slice(2)).then(code => {
  process.exitCode = code;
});
