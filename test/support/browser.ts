/** A browser for the tests of the dashboard: Debian's Chromium, led by playwright-core. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { MARK } from './processes';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const found = (): string | undefined => PLACES.find(place => existsSync(place));

/** Where the browser is, or why there is none. Installs Debian's where this process may. */
export function browserPath(): { path: string } | { why: string } {
  const here = process.env['CHROMIUM'] ?? found();
  if (here !== undefined) return { path: here };
  if (process.getuid?.() !== 0) return { why: 'install chromium, name one in CHROMIUM, or run the tests as root' };
  try {
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
      execFileSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    }
  } catch {
    return { why: 'apt-get could not install chromium' };
  }
  const path = found();
  return path === undefined ? { why: 'apt-get has installed no chromium' } : { path };
}

export async function launch(path: string): Promise<Browser> {
  // Without the mark of the test: it outlives one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== MARK)) as Record<
    string,
    string
  >;
  return chromium.launch({ executablePath: path, args: ['--no-sandbox'], env });
}

export interface OpenPage {
  readonly page: Page;
  /** What the page's console had of errors and warnings, and errors that nobody caught. */
  readonly complaints: string[];
}

/** Gives the suite that calls it pages of a browser, which are closed after each test; or leaves its tests out, loudly. */
export function pagesForSuite(): (url: string, options?: BrowserContextOptions) => Promise<OpenPage> {
  let browser: Browser | undefined;
  before(async function () {
    this.timeout(300_000);
    const place = browserPath();
    if ('why' in place) {
      console.log(`NOT TESTED: ${this.test?.parent?.title}: there is no browser here: ${place.why}`);
      return this.skip();
    }
    browser = await launch(place.path);
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });
  after(() => browser?.close());
  return async (url, options = {}) => {
    const context = await (browser as Browser).newContext({ viewport: { width: 1440, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', error => complaints.push(String(error)));
    await page.goto(url);
    return { page, complaints };
  };
}
