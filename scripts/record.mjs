/**
 * Records the demo and `offspring-rx top` in a terminal, after a build, and draws what they showed into
 * docs/pictures/demo.svg, which is animated. It needs the `script` of Linux.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';
import { drawFrames } from './recording/draw.mjs';
import { linesOf } from './recording/lines.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHECKOUT = ROOT.slice(0, -1);
const COLUMNS = 92;
const ROWS = 20;
/** ms. A frame for each change would be hundreds. */
const BETWEEN_FRAMES = 500;
const LENGTH = 12_000;
/** ms for which the last frame of a program stays. */
const PAUSE = 3_000;

/** What a command shows, as frames: since when, in ms, and the lines. `typed` is what a user would type for it. */
async function record({ typed, command, limit }) {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  terminal.write(`\x1b[90m$\x1b[39m ${typed}\r\n`);
  const sized = `stty cols ${COLUMNS} rows ${ROWS}; exec ${command}`;
  const child = spawn('script', ['-qfec', sized, '/dev/null'], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm-256color', COLORTERM: '', CI: 'false', FORCE_COLOR: '' },
  });
  const start = performance.now();
  const frames = [];
  const look = () => frames.push({ at: performance.now() - start, lines: linesOf(terminal) });
  // The folder of the checkout says nothing to others.
  child.stdout.setEncoding('utf8').on('data', data => terminal.write(data.replaceAll(CHECKOUT, '~/offspring-rx')));
  const looking = setInterval(look, BETWEEN_FRAMES);
  let isOver = false;
  const ending = setTimeout(() => {
    isOver = true;
    child.stdin.write('\x03');
  }, limit);
  await once(child, 'close');
  clearInterval(looking);
  clearTimeout(ending);
  await new Promise(resolve => terminal.write('', resolve));
  // What a program leaves on the screen counts only if it has ended by itself.
  if (!isOver) look();
  terminal.dispose();
  return frames;
}

/** Runs `use` with the URL of the dashboard of `npm run demo:dashboard`. */
async function withZoo(use) {
  const zoo = spawn(process.execPath, ['build/demo/08-dashboard.js', '--read-only'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(zoo, 'exit');
  try {
    let said = '';
    for await (const text of zoo.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      said += text;
      if (/http\S+\n/.test(said)) break;
    }
    zoo.stdout.resume();
    return await use(/http\S+/.exec(said)[0]);
  } finally {
    zoo.kill('SIGTERM');
    await exit;
  }
}

const hashing = await record({
  typed: 'npm run demo',
  command: `${process.execPath} build/demo/04-reactive-app.js`,
  limit: LENGTH,
});
const top = await withZoo(url =>
  record({
    typed: 'npx offspring-rx top <url>',
    command: `${process.execPath} dist/dashboard/cli.js top '${url}'`,
    limit: 9_000,
  }),
);
const since = hashing.at(-1).at + PAUSE;
const frames = [...hashing, ...top.map(({ at, lines }) => ({ at: at + since, lines }))];
const title = 'npm run demo: processes hash a folder. Then npx offspring-rx top: the processes of a program, live.';
writeFileSync(
  `${ROOT}docs/pictures/demo.svg`,
  drawFrames(frames, { columns: COLUMNS, rows: ROWS, title, pause: PAUSE }),
);
