/**
 * Checks the documentation's site as `npm run docs` has built it: each link leads to a page that is there, each anchor to
 * a heading of it, and each picture and script exists. Links to other sites are not followed.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SITE = fileURLToPath(new URL('../docs/.vitepress/dist', import.meta.url));
const BASE = process.env.DOCS_BASE ?? '/';
const HOST = 'http://site.invalid';

const pages = new Map(
  readdirSync(SITE, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.html'))
    .map(file => [file.replaceAll(path.sep, '/'), readFileSync(path.join(SITE, file), 'utf8')]),
);
const anchors = new Map();

function anchorsOf(page) {
  if (!anchors.has(page))
    anchors.set(page, new Set([...pages.get(page).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)));
  return anchors.get(page);
}

const unescaped = text => text.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"');

/** Why `link` of `page` leads nowhere; undefined if it leads somewhere, or to another site. */
function faultOf(link, page) {
  const url = new URL(unescaped(link), `${HOST}${BASE}${page}`);
  if (url.origin !== HOST) return undefined;
  if (!url.pathname.startsWith(BASE)) return `is outside of ${BASE}`;
  const named = decodeURIComponent(url.pathname.slice(BASE.length));
  const file = named === '' || named.endsWith('/') ? `${named}index.html` : named;
  const there = path.join(SITE, file);
  if (!existsSync(there) || !statSync(there).isFile()) return 'leads to nothing';
  const anchor = decodeURIComponent(url.hash.slice(1));
  return anchor && pages.has(file) && !anchorsOf(file).has(anchor) ? `there is no #${anchor} in ${file}` : undefined;
}

let links = 0;
const faults = [];
for (const [page, text] of pages) {
  for (const [, link] of text.matchAll(/\s(?:href|src)="([^"]+)"/g)) {
    links += 1;
    const fault = faultOf(link, page);
    if (fault) faults.push(`${page}: ${link} ${fault}`);
  }
}
for (const fault of new Set(faults)) console.error(fault);
console.log(`${links} links of ${pages.size} pages, ${faults.length} of them broken`);
if (faults.length > 0 || pages.size < 30) process.exitCode = 1;
