/** How the page of the dashboard looks and is used: themes, a phone, the keyboard, filters, and what other sites can do. */
import { once } from 'node:events';
import http, { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { seriousFaults } from '../../support/axe';
import { MadeUp, node, serveMadeUp } from '../../support/dashboard';
import { lanePixels } from '../../support/lane-pixels';
import { pagesForSuite } from '../../support/pages';
import { poll } from '../../support/poll';

const times = { count: 4, mean: 3, p50: 2.5, p90: 12, p99: 1_300, max: 1_400 };
const failed = {
  reason: 'failed',
  cause: 'threw',
  code: 1,
  signal: null,
  forced: false,
  error: 'Feed: no luck',
} as const;

/** One of each kind, in each state. */
const ZOO = () => {
  const now = Date.now();
  const since = { since: now - 5_000, startedAt: now - 65_000 };
  return [
    node('1', { kind: 'supervisor', name: 'Supervisor', pid: null, restarts: 2, ...since }),
    node('2', { ...since, parent: '1', key: 'news', name: 'Feed', iterations: 40, restarts: 0, canRestart: true }),
    node('3', {
      ...since,
      parent: '1',
      key: 'prices',
      name: 'Feed',
      state: 'exited',
      endedAt: now - 5_000,
      exit: failed,
      restarts: 2,
      canRestart: true,
    }),
    node('3b', {
      ...since,
      parent: '1',
      key: 'rates',
      name: 'Feed',
      state: 'exited',
      endedAt: now - 2_000,
      exit: failed,
      restarts: 1,
      canRestart: true,
      restartAt: now + 60_000,
    }),
    node('4', {
      ...since,
      kind: 'pool',
      name: 'Thumbnail',
      pid: null,
      stats: {
        queued: 3,
        running: 2,
        done: 120,
        failed: 1,
        canceled: 0,
        workers: 2,
        utilization: 0.83,
        waitTime: times,
        runTime: times,
      },
    }),
    node('5', { ...since, parent: '4', key: '0', kind: 'subprocess', name: 'Thumbnail' }),
    node('6', { ...since, parent: '4', key: '1', kind: 'subprocess', name: 'Thumbnail', state: 'starting' }),
    node('7', { ...since, kind: 'subprocess', name: 'Export', state: 'stopping' }),
    node('8', { ...since, kind: 'subprocess', name: 'Later', state: 'created', pid: null }),
    node('9', { ...since, kind: 'subprocess', name: 'Report', state: 'exited', endedAt: now - 2_000 }),
  ];
};

describe('the look of the dashboard', () => {
  const open = pagesForSuite();
  let source: MadeUp;
  let server: Awaited<ReturnType<typeof serveMadeUp>>;
  beforeEach(async () => {
    source = new MadeUp();
    source.nodes$.next(ZOO());
    server = await serveMadeUp(source, { control: true });
  });
  afterEach(() => server.close());

  const rows = (page: Page) => page.locator('.body .row');
  const names = (page: Page) => page.locator('.body .row .name').allTextContents();
  const background = (page: Page) =>
    page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      it(`has no serious fault of accessibility: ${colorScheme}, ${viewport.width} px`, async () => {
        const { page, complaints } = await open(server.url, { colorScheme, viewport });
        await rows(page).first().waitFor();
        expect(await rows(page).count()).to.equal(10);
        expect(await seriousFaults(page)).to.deep.equal([]);
        const [scroll, width] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
        expect(scroll, 'nothing is wider than the window').to.be.at.most(width as number);
        await page.locator('.body .row[data-key="1/prices"]').click();
        await page.locator('#details .reason').waitFor();
        expect(await seriousFaults(page), 'with details').to.deep.equal([]);
        expect(complaints).to.deep.equal([]);
      });
    }
  }

  it('is light or dark as the system is, and as the switch says', async () => {
    const { page } = await open(server.url, { colorScheme: 'dark' });
    expect(await background(page)).to.equal('rgb(13, 17, 21)');
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await background(page)).to.equal('rgb(244, 246, 248)');
    const button = page.locator('#theme');
    expect(await button.getAttribute('aria-label')).to.equal('Colors: system');
    await button.click();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await background(page), 'light').to.equal('rgb(244, 246, 248)');
    await button.click();
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await background(page), 'dark').to.equal('rgb(13, 17, 21)');
    await page.reload();
    expect(await background(page), 'after a reload').to.equal('rgb(13, 17, 21)');
  });

  it('draws in dark colors once their sheet has loaded, however late', async () => {
    const { page, complaints } = await open(server.url, { colorScheme: 'light' });
    await page.evaluate("localStorage.setItem('offspring-theme', 'dark')");
    let load = () => {};
    const isHeld = new Promise<void>(resolve => {
      load = resolve;
    });
    await page.route('**/dark.css', async route => {
      await isHeld;
      await route.continue();
    });
    await page.reload({ waitUntil: 'commit' });
    await rows(page).first().waitFor();
    await poll(
      'the lanes are drawn in light colors',
      async () => (await page.evaluate<number>(lanePixels('line'))) > 0,
    );
    load();
    await poll('the sheet applies', async () => (await background(page)) === 'rgb(13, 17, 21)');
    await poll('the lanes are drawn in dark colors', async () => (await page.evaluate<number>(lanePixels('line'))) > 0);
    expect(complaints).to.deep.equal([]);
  });

  it('is used by the keyboard', async () => {
    const { page } = await open(server.url);
    await rows(page).first().waitFor();
    const focused = () =>
      page.evaluate<string>("document.activeElement?.closest('[data-key]')?.dataset.key ?? document.activeElement?.id");
    const press = async (key: string) => {
      await page.keyboard.press(key);
      return focused();
    };
    await rows(page).first().focus();
    expect(await press('ArrowDown')).to.equal('1/news');
    expect(await press('ArrowLeft')).to.equal('1');
    expect(await press('ArrowLeft')).to.equal('1');
    expect(await rows(page).first().getAttribute('aria-expanded')).to.equal('false');
    expect(await rows(page).count()).to.equal(7);
    expect(await press('ArrowRight')).to.equal('1');
    expect(await press('ArrowRight')).to.equal('1/news');
    expect(await press('End')).to.equal('/Report/ended');
    expect(await press('Home')).to.equal('1');
    await press('ArrowDown');
    await press('Enter');
    expect(await page.locator('#details h2').textContent()).to.equal('news');
    expect(await rows(page).nth(1).getAttribute('aria-selected')).to.equal('true');
    await press('Escape');
    expect(await page.locator('#details').isHidden()).to.equal(true);
    expect(await press('/')).to.equal('filter');
    await page.keyboard.type('thumb');
    await poll('three lines', async () => (await rows(page).count()) === 3);
    await press('Escape');
    await poll('all lines', async () => (await rows(page).count()) === 10);
    expect(await press('Escape'), 'the first line that was left').to.equal('4');
    // Only one line is in the order of the tab key.
    expect(await page.locator('.body .row[tabindex="0"]').count()).to.equal(1);
  });

  it('is filtered by name and by state, and says so if nothing matches', async () => {
    const { page } = await open(server.url);
    await rows(page).first().waitFor();
    const chip = (name: string) => page.locator('#looks').getByRole('button', { name: new RegExp(`^${name}`) });
    expect(await chip('Failed').textContent()).to.equal('Failed1');
    await chip('Failed').click();
    expect(await names(page)).to.deep.equal(['Supervisor', 'prices']);
    await chip('Starting').click();
    expect(await names(page)).to.deep.equal(['Supervisor', 'prices', 'Thumbnail', 'Thumbnail']);
    await page.getByRole('searchbox').fill('nobody');
    await page.getByText('No process matches the filter.').waitFor();
    await page.getByRole('searchbox').fill('');
    await chip('Failed').click();
    await chip('Starting').click();
    expect(await rows(page).count()).to.equal(10);
  });

  it('opens details on a phone over the tree, with the focus in them, and back', async () => {
    const { page } = await open(server.url, { viewport: { width: 390, height: 844 }, hasTouch: true });
    await rows(page).nth(1).tap();
    const box = await page.locator('#details').boundingBox();
    expect(box).to.deep.include({ x: 0, width: 390 });
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).to.equal('Close the details');
    await page.getByRole('button', { name: 'Close the details' }).tap();
    expect(await page.locator('#details').isHidden()).to.equal(true);
    expect(await page.evaluate('document.activeElement.dataset.key')).to.equal('1/news');
  });

  it('tells states apart by shape, not by color alone', async () => {
    const { page } = await open(server.url);
    await rows(page).first().waitFor();
    const shapes = await page.evaluate<string[]>(
      "[...document.querySelectorAll('#looks .symbol svg')].map(svg => svg.innerHTML.replace(/ xmlns=\"[^\"]*\"/g, ''))",
    );
    expect(new Set(shapes).size).to.equal(7);
  });

  it('has no connection while nobody sees it, and then shows all that it has missed', async () => {
    const { page } = await open(server.url);
    await rows(page).first().waitFor();
    const see = (isSeen: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${!isSeen}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await see(false);
    source.change('2', { pid: 4_711 });
    const other = await open(server.url);
    await other.page.getByText('pid 4711').waitFor();
    expect(await rows(page).nth(1).textContent()).not.to.contain('4711');
    await see(true);
    await page.getByText('pid 4711').waitFor();
  });

  it('asks for no output while nobody sees it, and then shows the last lines', async () => {
    const write = source.writer('2');
    const { page } = await open(server.url);
    await rows(page).nth(1).click();
    const isFollowed = (...ids: string[]) => poll(`${ids} are followed`, () => source.followed.join() === ids.join());
    await isFollowed('2');
    write('one');
    await page.locator('#details .lines').getByText('one', { exact: true }).waitFor();
    const see = (isSeen: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${!isSeen}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await see(false);
    await isFollowed();
    write('two');
    await rows(page).nth(4).click();
    await rows(page).nth(1).click();
    expect(source.followed).to.deep.equal([]);
    await see(true);
    await isFollowed('2');
    await page.locator('#details .lines').getByText('two', { exact: true }).waitFor();
    expect(await page.locator('#details .lines').textContent()).to.match(/one.*two$/);
  });

  it('gives nothing to a page of another site', async () => {
    const other = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>other</p>'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      const { page } = await open(`http://localhost:${(other.address() as AddressInfo).port}/`);
      const url = server.url.replace(/#.*/, '');
      const token = new URL(server.url).hash.slice('#token='.length);
      const attempts = {
        read: `fetch('${url}events').then(response => response.text())`,
        'read opaquely': `fetch('${url}events', { mode: 'no-cors' }).then(response => response.type)`,
        events: `new Promise((resolve, reject) => {
          const events = new EventSource('${url}events');
          events.addEventListener('hello', resolve);
          events.onerror = reject;
        })`,
        control: `fetch('${url}control', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-offspring-token': '${token}' },
          body: '{"id":"2","action":"shutdown"}',
        }).then(response => response.text())`,
        frame: `new Promise((resolve, reject) => {
          const frame = document.createElement('iframe');
          frame.src = '${url}';
          frame.onload = () => setTimeout(() => (frames[0].length === undefined ? reject() : resolve('loaded')), 200);
          document.body.append(frame);
        })`,
      };
      for (const [name, code] of Object.entries(attempts)) {
        if (name === 'frame') continue;
        const outcome = await page.evaluate<string>(`(${code}).then(() => 'done', () => 'refused')`);
        expect(outcome, name).to.equal('refused');
      }
      await page.evaluate(attempts.frame).catch(() => {});
      const framed = page.frames().find(frame => frame !== page.mainFrame());
      expect(await framed?.locator('#tree').count()).to.equal(0);
      expect(source.orders).to.deep.equal([]);
    } finally {
      other.close();
      other.closeAllConnections();
    }
  });

  it('is shown and controlled through a reverse proxy, below a path', async () => {
    const { host, port, hash } = new URL(server.url);
    const proxy = createServer((request, response) => {
      const path = request.url?.replace(/^\/board(?=\/)/, '');
      const headers = { ...request.headers, host };
      delete headers.origin;
      const onward = http.request({ host: '127.0.0.1', port, path, method: request.method, headers }, answer => {
        response.writeHead(answer.statusCode as number, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    try {
      const outside = `http://example.localhost:${(proxy.address() as AddressInfo).port}/board/${hash}`;
      const { page, complaints } = await open(outside);
      await page.locator('.body .row[data-key="1/news"]').click();
      await page.locator('#details').getByRole('button', { name: 'Shut down' }).click();
      await page.getByRole('button', { name: 'Really shut down?' }).click();
      await poll('the order', () => source.orders.includes('shutdown 2'));
      expect(complaints).to.deep.equal([]);
    } finally {
      proxy.close();
      proxy.closeAllConnections();
    }
  });

  it('is not reached by a name that was made to mean this machine', async () => {
    const { port } = new URL(server.url);
    // What a browser resolves to this machine without asking anybody.
    const { page } = await open(`http://rebound.localhost:${port}/`);
    expect(await page.locator('body').textContent()).to.contain('this server is not known by that name');
  });
});
