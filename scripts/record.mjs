/**
 * Records a program in a terminal and draws what it showed, as an animated SVG, after a build. Linux only.
 *
 *   node scripts/record.mjs            the demo, into docs/pictures/demo.svg
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';
import { drawFrames } from './recording/draw.mjs';
import { linesOf } from './recording/lines.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COLUMNS = 92;
const ROWS = 20;
/** ms. A frame for each change would be hundreds. */
const BETWEEN_FRAMES = 250;
const LENGTH = 20_000;
/** ms for which the last frame stays before the first one comes again. */
const PAUSE = 3_000;

/** What a command shows, as frames: since when, in ms, and the lines. */
async function record(command) {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, convertEol: false });
  const sized = `stty cols ${COLUMNS} rows ${ROWS}; exec ${command}`;
  const child = spawn('script', ['-qfec', sized, '/dev/null'], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm-256color', COLORTERM: '', CI: '', FORCE_COLOR: '' },
  });
  const start = performance.now();
  const frames = [];
  const look = () => frames.push({ at: performance.now() - start, lines: linesOf(terminal) });
  // The folder of the checkout says nothing to others.
  child.stdout
    .setEncoding('utf8')
    .on('data', data => terminal.write(data.replaceAll(ROOT.slice(0, -1), '~/offspring-rx')));
  const looking = setInterval(look, BETWEEN_FRAMES);
  const ending = setTimeout(() => child.stdin.write('\x03'), LENGTH);
  await once(child, 'close');
  clearInterval(looking);
  clearTimeout(ending);
  await new Promise(resolve => terminal.write('', resolve));
  look();
  terminal.dispose();
  return frames;
}

const frames = await record(`${process.execPath} build/demo/04-reactive-app.js`);
const title = 'npm run demo: processes hash a folder, with their progress and the load of the machine';
writeFileSync(
  `${ROOT}docs/pictures/demo.svg`,
  drawFrames(frames, { columns: COLUMNS, rows: ROWS, title, pause: PAUSE }),
);
