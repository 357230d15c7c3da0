/** Pages of a browser for a suite of tests. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { browserPath, launch } from './browser';

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
