/**
 * Takes the pictures of docs/pictures/ of the demo of the dashboard, after a build, in a browser of a fixed size:
 * `npm run screenshots`. The demo runs for a minute before the first one, so that the timeline is full.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = path.join(ROOT, 'docs/pictures');
const require = createRequire(import.meta.url);
const { browserPath, launch } = require(path.join(ROOT, 'build/test/support/browser.js'));

/** ms that the demo runs before the first picture. */
const BEFORE = 75_000;
const DESKTOP = { width: 1440, height: 1200 };
const PHONE = { width: 390, height: 844 };

const PICTURES = [
  { name: 'dashboard-light', viewport: DESKTOP, colorScheme: 'light' },
  { name: 'dashboard-dark', viewport: DESKTOP, colorScheme: 'dark' },
  { name: 'dashboard-details', viewport: DESKTOP, colorScheme: 'light', opens: 'prices' },
  { name: 'dashboard-phone', viewport: PHONE, colorScheme: 'dark', scrolls: 900 },
];

const place = browserPath();
if ('why' in place) throw new Error(`there is no browser here: ${place.why}`);
const demo = spawn(process.execPath, [path.join(ROOT, 'build/demo/08-dashboard.js')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let said = '';
demo.stdout.setEncoding('utf8').on('data', text => {
  said += text;
});
const browser = await launch(place.path);
try {
  mkdirSync(FOLDER, { recursive: true });
  await sleep(BEFORE);
  const [url] = /http\S+/.exec(said) ?? [];
  for (const { name, opens, scrolls, ...options } of PICTURES) {
    const context = await browser.newContext({ ...options, deviceScaleFactor: 1 });
    const page = await context.newPage();
    await page.goto(url);
    await page.locator('.body .row').first().waitFor();
    if (opens !== undefined) await page.locator(`.body .row[data-key$="/${opens}"]`).click();
    // Enough for the charts to have the samples of two seconds.
    await sleep(3_000);
    if (scrolls !== undefined) await page.mouse.wheel(0, scrolls);
    await sleep(500);
    await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
    await context.close();
    console.log(`docs/pictures/${name}.png`);
  }
} finally {
  await browser.close();
  demo.kill('SIGINT');
  await once(demo, 'exit');
}
