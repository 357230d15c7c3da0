/** Shows the zoo of processes of `demo:dashboard` in the terminal. */
import path from 'node:path';
import { serveDashboard, top } from 'offspring-rx/dashboard';
import { runZoo } from './dashboard/zoo';

/** What the pool hashes. */
const FOLDER = path.join(__dirname, '..', '..', 'node_modules');

async function main(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  await using board = await serveDashboard({ control: true });
  const zoo = runZoo(FOLDER, stop.signal);
  try {
    // Ends by q or Ctrl-C.
    await top(board.url, { signal: stop.signal });
  } finally {
    stop.abort();
    await zoo;
  }
}

// The classes live in modules of their own, so no child ever loads this one.
main().catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
