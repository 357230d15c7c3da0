/** Serves the documentation's site as `npm run docs` has built it, below DOCS_BASE, as a static host does. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const ROOT = path.dirname(require.resolve('offspring-rx/package.json'));
const FOLDER = path.join(ROOT, 'docs/.vitepress/dist');
const BASE = process.env['DOCS_BASE'] ?? '/';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Pages of each kind: the front page, a guide with code, one with pictures, one that is a list, and an export. */
export const SITE_PAGES = {
  home: 'index.html',
  'getting-started': 'getting-started.html',
  life: 'life.html',
  troubleshooting: 'troubleshooting.html',
  export: 'exports/offspring-rx/classes/Subprocess.html',
};

/** Resolves with the URL of the site, and with what ends the server. Rejects if the site was not built. */
export async function serveSite(): Promise<{ url: string; close(): void }> {
  if (!existsSync(path.join(FOLDER, 'index.html'))) throw new Error('there is no site: npm run docs');
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = decodeURIComponent(pathname.slice(BASE.length)) || 'index.html';
    const type = TYPES[path.extname(name)];
    const body = pathname.startsWith(BASE) && type ? await readFile(path.join(FOLDER, name)).catch(() => null) : null;
    if (body === null) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': type }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE}`, close };
}
