/** The page of the dashboard in a real browser, with real processes. */
import { expect } from 'chai';
import { serveDashboard } from 'offspring-rx/dashboard';
import { WorkerPool } from 'offspring-rx/pool';
import { Supervisor } from 'offspring-rx/supervise';
import type { Page } from 'playwright-core';
import { fixture } from '../../support/fixture';
import { lanePixels } from '../../support/lane-pixels';
import { pagesForSuite } from '../../support/pages';
import { poll } from '../../support/poll';

const { Beats, Crashes, Hostile, Nests, Parts } = fixture<typeof import('../../fixtures/board')>('board');
const { Doubles } = fixture<typeof import('../../fixtures/board-pool')>('board-pool');

describe('the page of the dashboard', () => {
  const open = pagesForSuite();
  const rowOf = (page: Page, name: string) =>
    page
      .getByRole('treegrid')
      .getByRole('row')
      .filter({ has: page.getByText(name, { exact: true }) });
  const stateOf = (page: Page, name: string) => rowOf(page, name).first().locator('.word');
  const isState = (page: Page, name: string, state: string) =>
    poll(`${name} is ${state}`, async () => (await stateOf(page, name).textContent()) === state);
  const factOf = (page: Page, name: string) =>
    page.locator('#details .facts > div').filter({ hasText: name }).locator('dd').textContent();

  it('shows a loop that was started, and its turns move', async () => {
    await using board = await serveDashboard();
    const { page, complaints } = await open(board.url);
    await page.getByText('No process has been started yet.').waitFor();
    await using beats = new Beats();
    await isState(page, 'Beats', 'Running');
    expect(await rowOf(page, 'Beats').textContent()).to.contain(`pid ${beats.process?.pid}`);
    await poll('turns each second', async () =>
      /[5-9]\.\d turns\/s|1\d turns\/s/.test((await rowOf(page, 'Beats').locator('.activity').textContent()) ?? ''),
    );
    await poll('memory', async () =>
      /\d+\sMB/.test((await rowOf(page, 'Beats').locator('.memory').textContent()) ?? ''),
    );
    await rowOf(page, 'Beats').click();
    const turns = async () => Number((await factOf(page, 'Turns'))?.replaceAll(',', ''));
    const before = await poll('turns', turns);
    await poll('more turns', async () => (await turns()) > before);
    await page.locator('.lines').getByText('beat 1', { exact: true }).waitFor();
    const drawn = () => page.evaluate<number>(lanePixels('accent'));
    const ticks = await poll('turns are drawn', drawn);
    await poll('more are drawn', async () => (await drawn()) > ticks);
    await beats.shutdown();
    await isState(page, 'Beats', 'Ended');
    expect(complaints).to.deep.equal([]);
  });

  it('shows a crash and the restart, and why it ended', async () => {
    await using board = await serveDashboard();
    await using supervisor = new Supervisor(
      { mortal: () => new Crashes() },
      { backoff: { initial: 15_000, jitter: 0 } },
    );
    supervisor.event$.subscribe();
    const { page, complaints } = await open(board.url);
    await isState(page, 'mortal', 'Running');
    await supervisor.which('mortal')?.send('crash');
    await isState(page, 'mortal', 'Restarting');
    expect(await rowOf(page, 'mortal').locator('.state .number').textContent()).to.match(/^in 1?\d\ss$/);
    await supervisor.restart('mortal');
    await isState(page, 'mortal', 'Running');
    expect(await rowOf(page, 'mortal').locator('.note').textContent()).to.equal('1 restart · last: out of <b>luck</b>');
    expect(await page.locator('#news').textContent()).to.equal('mortal failed: out of <b>luck</b>');
    await rowOf(page, 'mortal').click();
    const reason = page.locator('#details .reason');
    expect(await reason.locator('h3').textContent()).to.equal('Why the last one ended');
    expect(await reason.locator('pre').textContent()).to.contain('Error: out of <b>luck</b>');
    expect(await factOf(page, 'Restarts')).to.equal('1');
    expect(await page.locator('#details .why').textContent()).to.contain("STDIO is 'ignore'");
    // The run that has failed can be looked at.
    await page.locator('#details .runs button').nth(1).click();
    expect(await reason.locator('h3').textContent()).to.equal('Why it ended');
    expect(await page.locator('#details b').count()).to.equal(0);
    expect(complaints).to.deep.equal([]);
  });

  describe('shuts down and restarts', () => {
    const serve = async (control: boolean) => {
      const board = await serveDashboard({ control });
      const supervisor = new Supervisor({ mortal: () => new Crashes() });
      supervisor.event$.subscribe();
      return { board, supervisor };
    };
    const openDetails = async (url: string) => {
      const opened = await open(url);
      await isState(opened.page, 'mortal', 'Running');
      await rowOf(opened.page, 'mortal').click();
      return opened;
    };

    it('by the buttons, with the token', async () => {
      const { board, supervisor } = await serve(true);
      await using _board = board;
      await using _supervisor = supervisor;
      const { page, complaints } = await openDetails(board.url);
      expect(page.url(), 'the token is not left in the address').to.equal(board.url.replace(/#.*/, ''));
      const pid = await factOf(page, 'Process id');
      await page.getByRole('button', { name: 'Restart', exact: true }).click();
      await poll('another process', async () => !['–', pid].includes(await factOf(page, 'Process id')));
      await isState(page, 'mortal', 'Running');
      // A reload of the tab keeps the token.
      await page.reload();
      await isState(page, 'mortal', 'Running');
      await rowOf(page, 'mortal').click();
      await page.getByRole('button', { name: 'Shut down' }).click();
      expect(supervisor.which('mortal')).to.be.an('object');
      await page.getByRole('button', { name: 'Really shut down?' }).click();
      await isState(page, 'mortal', 'Ended');
      expect(supervisor.which('mortal')).to.equal(undefined);
      expect(complaints).to.deep.equal([]);
    });

    it('not without the token', async () => {
      const { board, supervisor } = await serve(true);
      await using _board = board;
      await using _supervisor = supervisor;
      const { page } = await openDetails(board.url.replace(/#.*/, ''));
      await page.getByRole('button', { name: 'Shut down' }).click();
      await page.getByRole('button', { name: 'Really shut down?' }).click();
      await page.getByText('Refused: the token is missing or wrong').waitFor();
      expect(await stateOf(page, 'mortal').textContent()).to.equal('Running');
    });

    it('not where the dashboard is read-only: there are no buttons', async () => {
      const { board, supervisor } = await serve(false);
      await using _board = board;
      await using _supervisor = supervisor;
      const { page, complaints } = await openDetails(board.url);
      await page.locator('#details h2').waitFor();
      expect(
        await page
          .locator('#details')
          .getByRole('button', { name: /Shut down|Restart/ })
          .count(),
      ).to.equal(0);
      expect(complaints).to.deep.equal([]);
    });
  });

  it('shows hostile output as text', async () => {
    await using board = await serveDashboard();
    await using _hostile = new Hostile();
    const { page, complaints } = await open(board.url);
    await isState(page, 'Hostile', 'Running');
    await rowOf(page, 'Hostile').click();
    const lines = page.locator('#details .lines');
    await lines.getByText('the end', { exact: true }).waitFor();
    const texts = await lines.locator('> div').allTextContents();
    expect(texts.some(text => text.includes('<img src=x onerror="document.title'))).to.equal(true);
    expect(texts.some(text => text.endsWith('red and bell'))).to.equal(true);
    const long = texts.filter(text => text.includes('xxxx'));
    expect(long.length).to.be.within(1, 12);
    for (const text of long)
      expect(text)
        .to.have.length.below(2_200)
        .and.to.match(/… [\d,.]+\s?[kM]? more characters$/);
    expect(await page.locator('#details img, #details script').count()).to.equal(0);
    expect(await page.title()).not.to.contain('taken over');
    expect(complaints).to.deep.equal([]);
  });

  it('connects again after the server was gone, and goes on', async () => {
    const first = await serveDashboard({ control: true });
    const port = Number(new URL(first.url).port);
    await using _beats = new Beats();
    const { page } = await open(first.url);
    await isState(page, 'Beats', 'Running');
    await first.close();
    await page.getByText('Connection lost, trying again').waitFor();
    await using _second = await serveDashboard({ port, control: true });
    await page.getByText('Live', { exact: true }).waitFor();
    await isState(page, 'Beats', 'Running');
    await rowOf(page, 'Beats').click();
    const turns = async () => Number((await factOf(page, 'Turns'))?.replaceAll(',', ''));
    const before = await poll('turns', turns);
    await poll('more turns', async () => (await turns()) > before);
    // The token was that of the first server.
    await page.getByRole('button', { name: 'Shut down' }).click();
    await page.getByRole('button', { name: 'Really shut down?' }).click();
    await page.getByText('Refused: the token is missing or wrong').waitFor();
  });

  it('says that the output is gone once the process that kept it has ended, beside its last lines', async () => {
    await using board = await serveDashboard();
    await using parts = new Parts();
    const { page, complaints } = await open(board.url);
    await isState(page, 'Leaves', 'Running');
    await rowOf(page, 'Leaves').click();
    const lines = page.locator('#details .lines');
    const why = page.locator('#details .why');
    await lines.getByText('first words', { exact: true }).waitFor();
    expect(await why.isVisible()).to.equal(false);
    await parts.send('end');
    await why.getByText('Its output was kept by the process that had started it, and that has ended.').waitFor();
    await lines.getByText('last words', { exact: true }).waitFor();
    expect(complaints).to.deep.equal([]);
  });

  it('shows a pool, and the children of a child', async () => {
    await using board = await serveDashboard();
    await using pool = new WorkerPool(Doubles, { workers: 2 });
    await using nests = new Nests();
    const { page, complaints } = await open(board.url);
    for await (const _output of pool.map([1, 2, 3, 4, 5])) {
      // Each is done.
    }
    const card = page.locator('.pool');
    await card.getByText('2 workers').waitFor();
    await poll('five are done', async () => (await card.locator('.counts').textContent())?.includes('done5'));
    await isState(page, 'Beats', 'Running');
    expect(await rowOf(page, 'Beats').getAttribute('aria-level')).to.equal('2');
    await rowOf(page, 'Beats').click();
    await page.locator('#details .lines').getByText('beat 1', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await rowOf(page, 'Nests').locator('.toggle').click();
    expect(await rowOf(page, 'Beats').count()).to.equal(0);
    expect(await rowOf(page, 'Nests').getAttribute('aria-expanded')).to.equal('false');
    await nests.shutdown();
    expect(complaints).to.deep.equal([]);
  });
});
