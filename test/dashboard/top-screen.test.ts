/** `top` in a terminal: what is on the screen, what the keys do, and what is left when it ends. */
import path from 'node:path';
import { expect } from 'chai';
import { serveDashboard } from 'offspring-rx/dashboard';
import { Supervisor } from 'offspring-rx/supervise';
import { MadeUp, node, serveMadeUp } from '../support/dashboard';
import { fixture, ROOT } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { openScreen, type Screen } from '../support/screen';

const { Beats, Crashes } = fixture<typeof import('../fixtures/board')>('board');
const CLI = path.join(ROOT, 'dist/dashboard/cli.js');
const DOWN = '\u001b[B';

describe('offspring-rx top in a terminal', () => {
  let screens: Screen[] = [];
  afterEach(async () => {
    for (const screen of screens) screen.kill('SIGKILL');
    await Promise.all(screens.map(({ ended }) => ended));
    screens = [];
  });
  const open = (url: string, columns = 80, rows = 24, env: NodeJS.ProcessEnv = {}) => {
    const screen = openScreen([CLI, 'top', url], columns, rows, env);
    screens.push(screen);
    return screen;
  };

  itInFull(
    `shows real processes: a loop, a crash and its restart, its output, and obeys k and r with the token ${LONG}`,
    async () => {
      await using board = await serveDashboard({ control: true });
      await using beats = new Beats();
      await using supervisor = new Supervisor({ mortal: () => new Crashes() }, { backoff: { initial: 10 } });
      supervisor.event$.subscribe();
      const screen = open(board.url, 120, 30);
      await screen.line(/^ offspring-rx top {2}\S+ · pid \d+ +● live \d\d:\d\d:\d\d$/);
      await screen.line(/^ 2 processes +cpu \d.* mem \d+ MB +msg\/s [1-9]/);
      await screen.line(/^ {2}NAME +PID {2}STATE +UPTIME +CPU +MEM +MSG\/S +TURN\/S +RST {2}LAST END$/);
      const pidOf = () => supervisor.which('mortal')?.process?.pid;
      const first = await poll('it runs', pidOf);
      await screen.line(/^❯ ● Beats +\d+ {2}running +\d+ s +[\d.]+ % +\d+ MB +[\d.]+ +[1-9][\d.]*/);
      await screen.line(new RegExp(`^ {2}└ ● mortal +${first} {2}running .* 0$`));

      await supervisor.which('mortal')?.send('crash');
      await screen.line(/^ {2}└ ● mortal +\d+ {2}running .* 1 {2}out of <b>luck<\/b>$/);
      await screen.line(/^ 2 processes {3}1 failed/);

      screen.type('\r');
      await screen.line(/^── Beats ● loop · pid \d+ ─+$/);
      await screen.line(/^ {2}\d\d:\d\d:\d\d beat \d+$/);
      screen.type('\u001b');
      await screen.gone(/^── Beats/);

      screen.type(DOWN);
      screen.type(DOWN);
      await screen.line(/^❯ └ ● mortal/);
      const second = pidOf();
      screen.type('r');
      await screen.line(/^ mortal was asked to restart\.$/);
      await poll('it was restarted', () => pidOf() !== undefined && pidOf() !== second);
      await screen.line(new RegExp(`^❯ └ ● mortal +${pidOf()} `));

      screen.type('k');
      await screen.line(/^ Shut down mortal\? {2}y yes {2}n no$/);
      screen.type('n');
      await screen.line(/ q quit .* k shut down {2}r restart$/);
      expect(pidOf()).not.to.equal(undefined);
      screen.type('k');
      await screen.line(/Shut down mortal/);
      screen.type('y');
      await screen.line(/^ mortal was asked to shut down\.$/);
      await poll('it was shut down', () => pidOf() === undefined);
      expect(beats.process).not.to.equal(undefined);

      screen.type('q');
      expect(await screen.ended).to.deep.equal({ code: 0, signal: 0 });
      expect(screen.isWhole).to.equal(false);
    },
  );

  describe('with made-up processes', () => {
    let source: MadeUp;
    let close: () => Promise<void>;
    const serve = async (options: Parameters<typeof serveMadeUp>[1] = {}) => {
      const server = await serveMadeUp(source, options);
      close = () => server.close();
      return server.url;
    };
    beforeEach(() => {
      source = new MadeUp();
      const tasks = Array.from({ length: 60 }, (_, at) => node(String(at + 1), { name: `Task${at + 1}` }));
      source.nodes$.next(tasks);
    });
    afterEach(() => close());

    itInFull(
      `fits into 80x24 and into other sizes, and shows the state and the reason where there is room ${LONG}`,
      async () => {
        const screen = open(await serve());
        await screen.line(/^❯ ● Task1 /);
        const isFull = (rows: number) => (lines: readonly string[]) => {
          const isThere = /^ offspring-rx top/.test(lines[0] as string) && / q quit/.test(lines[rows - 2] as string);
          return lines.length === rows && isThere ? lines : undefined;
        };
        const small = await screen.look('24 lines', isFull(24));
        expect(small.filter(line => /Task\d/.test(line))).to.have.length(19);
        screen.resize(140, 40);
        await screen.line(/ PID {2}STATE .* LAST END$/);
        const large = await screen.look('40 lines', isFull(40));
        expect(large[0]).to.match(/^ offspring-rx top .*live \d\d:\d\d:\d\d$/);
        expect(large.filter(line => /Task\d/.test(line))).to.have.length(35);
        screen.resize(60, 12);
        await screen.gone(/STATE/);
        const least = await screen.look('12 lines', isFull(12));
        expect(least.filter(line => /Task\d/.test(line))).to.have.length(7);
        screen.type('\u001b[6~');
        await screen.line(/^❯ ● Task7 /);
        screen.type('\u001b[F');
        await screen.line(/^❯ ● Task60 /);
      },
    );

    itInFull(`filters by name, and keeps or clears the filter ${LONG}`, async () => {
      const screen = open(await serve());
      await screen.line(/Task1 /);
      screen.type('/sk5');
      await screen.line(/^ \/sk5▏/);
      await screen.gone(/Task1 /);
      screen.type('9\r');
      await screen.line(/^❯ ● Task59 /);
      await screen.gone(/Task58 /);
      screen.type('\u001b');
      await screen.line(/Task58 /);
    });

    itInFull(`is read-only without control and without the token, and says why ${LONG}`, async () => {
      const screen = open(await serve());
      await screen.line(/ read-only$/);
      screen.type('k');
      await screen.line(/^ This dashboard is read-only: serve it with serveDashboard\(\{ control: true \}\)/);
      await close();
      const url = await serve({ control: true });
      const other = open(new URL('/', url).href);
      await other.line(/Task1 /);
      other.type('k');
      await other.line(/^ The token is missing: give the whole URL/);
      const wrong = open(`${new URL('/', url).href}#token=guessed`);
      await wrong.line(/Task1 /);
      wrong.type('ky');
      await wrong.line(/^ Refused: the token is missing or wrong/);
      expect(source.orders).to.deep.equal([]);
    });

    itInFull(`shows what processes write and throw without control characters ${LONG}`, async () => {
      const exit = { reason: 'failed', code: 1, signal: null, forced: false, error: '\u001b[31mred\u001b[2J' } as const;
      const url = await serve();
      const write = source.writer('1');
      source.nodes$.next([
        node('1', { name: 'One\u001b[2J\u202e\u200f' }),
        node('2', { state: 'exited', exit, endedAt: 1 }),
      ]);
      write('\u001b[31mhello\u001b[0m \u001b[2J\u0008<b>');
      const screen = open(url, 120);
      await screen.line(/^❯ ● One\ufffd\ufffd /);
      await screen.line(/✗ Task2 .*red$/);
      screen.type('\r');
      await screen.line(/ hello ␈<b>$/);
    });

    itInFull(`has no colors with NO_COLOR, and states differ by shape ${LONG}`, async () => {
      const states = ['running', 'starting', 'stopping', 'created', 'exited'] as const;
      source.nodes$.next(states.map((state, at) => node(String(at + 1), { state, endedAt: Date.now() })));
      const url = await serve();
      const plain = open(url, 80, 24, { NO_COLOR: '1' });
      const colored = open(url);
      for (const symbol of ['●', '◐', '■', '◌', '○']) await plain.line(new RegExp(`${symbol} Task`));
      await colored.line(/● Task1/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colors are control characters
      const color = /\u001b\[(?:3[0-7]|9[0-7]|38)[;m]/;
      expect(plain.written).not.to.match(color);
      expect(colored.written).to.match(color);
    });

    itInFull(`says that the server is gone, and connects again ${LONG}`, async () => {
      const url = await serve();
      const screen = open(url, 100);
      await screen.line(/● live/);
      await close();
      await screen.line(/✗ Connection lost \(.+\), trying again/);
      await screen.line(/Task1 /);
      source.nodes$.next([node('1', { name: 'Again' })]);
      await serve({ port: Number(new URL(url).port) });
      await screen.line(/● live/);
      await screen.line(/^❯ ● Again /);
    });

    const ends: [what: string, how: (screen: Screen) => void, end: object][] = [
      ['Ctrl-C', screen => screen.type('\u0003'), { code: 0, signal: 0 }],
      ['a signal', screen => screen.kill('SIGTERM'), { code: 0, signal: 15 }],
      ['the end of its program', screen => screen.kill('SIGHUP'), { code: 0, signal: 1 }],
    ];
    for (const [what, how, end] of rows(ends, (_, at) => at === 0)) {
      it(`leaves the terminal as it was, by ${what} ${LONG}`, async () => {
        const screen = open(await serve());
        await screen.line(/Task1 /);
        expect(screen.isWhole).to.equal(true);
        how(screen);
        expect(await screen.ended).to.deep.equal(end);
        await poll('the screen is as before', () => !screen.isWhole);
        expect(screen.written.lastIndexOf('\u001b[?25h')).to.be.above(screen.written.lastIndexOf('\u001b[?25l'));
      });
    }
  });

  itInFull(`tells of a wrong URL without taking the terminal ${LONG}`, async () => {
    const screen = open('127.0.0.1:1');
    expect((await screen.ended).code).to.equal(1);
    await screen.line(/no dashboard answers at http:\/\/127\.0\.0\.1:1\//);
    expect(screen.written).not.to.contain('\u001b[?1049h');
  });
});
