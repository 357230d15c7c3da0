/**
 * Takes pictures of five pages of the documentation's site, light and dark, on a phone and on a desktop, to be looked at:
 * `npm run screenshots:site -- FOLDER`, after `npm run docs`. With `--full`, the whole length of each page.
 */
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

const require = createRequire(import.meta.url);
const { browserPath, launch } = require('../build/test/support/browser.js');
const { SITE_PAGES, serveSite } = require('../build/test/support/site.js');

const VIEWPORTS = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

const { values, positionals } = parseArgs({
  options: { full: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [folder] = positionals;
if (folder === undefined) throw new Error('name a folder for the pictures: npm run screenshots:site -- FOLDER');
const place = browserPath();
if ('why' in place) throw new Error(`there is no browser here: ${place.why}`);

mkdirSync(folder, { recursive: true });
const site = await serveSite();
const browser = await launch(place.path);
try {
  for (const [device, viewport] of Object.entries(VIEWPORTS)) {
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({ viewport, colorScheme });
      for (const [name, file] of Object.entries(SITE_PAGES)) {
        const page = await context.newPage();
        await page.goto(`${site.url}${file}`, { waitUntil: 'networkidle' });
        const picture = path.join(folder, `${name}-${colorScheme}-${device}.png`);
        await page.screenshot({ path: picture, fullPage: values.full });
        await page.close();
        console.log(picture);
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  site.close();
}
