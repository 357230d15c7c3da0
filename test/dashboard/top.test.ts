/** `top` without a terminal: what the command writes, and how it ends. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import { serveDashboard, top } from 'offspring-rx/dashboard';
import { Supervisor } from 'offspring-rx/supervise';
import { MadeUp, node, serveMadeUp } from '../support/dashboard';
import { fixture, ROOT } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { runNode } from '../support/script';

const { Crashes } = fixture<typeof import('../fixtures/board')>('board');
const { version, bin } = require(path.join(ROOT, 'package.json'));
const CLI = path.join(ROOT, bin['offspring-rx']);
const run = (...args: string[]) => runNode([CLI, ...args]);
const linesOf = (text: string) => text.split('\n').filter(Boolean);

describe('offspring-rx top without a terminal', () => {
  it('writes a line for each change of real processes: the time, the name, the process id, the state, the reason', async () => {
    await using board = await serveDashboard();
    await using supervisor = new Supervisor(
      { mortal: () => new Crashes() },
      { backoff: { initial: 15_000, jitter: 0 } },
    );
    supervisor.event$.subscribe();
    const first = await poll('it runs', () => supervisor.which('mortal')?.process?.pid);
    const script = run('top', board.url);
    const says = (name: string, pid: number | string, state: string, reason = '') => {
      const words = [name, pid, state, reason].map(word => String(word).replaceAll(/[$*+?.()|[\]<>]/g, '\\$&'));
      const line = new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z {2,}${words.filter(Boolean).join(' {2,}')}$`, 'm');
      return poll(`${line} in\n${script.stdout}${script.stderr}`, () => line.test(script.stdout));
    };
    await says('Supervisor', '-', 'running');
    await says('Supervisor/mortal', first, 'running');
    await supervisor.which('mortal')?.send('crash');
    await says('Supervisor/mortal', first, 'failed', 'out of <b>luck</b>');
    await poll(`its restart in\n${script.stdout}`, () =>
      /^\S+Z {2}Supervisor\/mortal +- {2}restarting {2}in 1\d\ss$/m.test(script.stdout),
    );
    await supervisor.restart('mortal');
    const second = await poll('it runs again', () => {
      const pid = supervisor.which('mortal')?.process?.pid;
      return pid === first ? undefined : pid;
    });
    await says('Supervisor/mortal', second, 'running');
    await supervisor.shutdown();
    await says('Supervisor/mortal', second, 'ended', 'stopped on request');
    await board.close();
    const { code, stdout, stderr } = await script.ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(linesOf(stdout)[0]).to.match(/ {2,}connected$/);
    expect(linesOf(stdout).at(-1)).to.match(/ {2,}lost {2,}the connection has ended$/);
  });

  it('writes no control character of what a process has thrown, nor of a name', async () => {
    const source = new MadeUp();
    const exit = {
      reason: 'failed',
      code: 1,
      signal: null,
      forced: false,
      error: 'a\u001b[31mb\u001b[0m\u0008\tc',
    } as const;
    source.nodes$.next([node('1', { name: 'One\u001b]0;title\u0007\nmore\u202e' })]);
    const server = await serveMadeUp(source);
    const script = run('top', server.url);
    await script.says('running');
    source.change('1', { state: 'exited', exit, since: 2_000, endedAt: 2_000 });
    await script.says('failed');
    await server.close();
    const { stdout } = await script.ended;
    expect(stdout).to.match(/One more\ufffd {2,}1 {2,}failed {2,}ab␈ c\n/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what it is for
    expect(stdout).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  });

  it('ends when nobody reads it, and by a signal', async () => {
    const source = new MadeUp();
    source.nodes$.next([node('1')]);
    const server = await serveMadeUp(source);
    try {
      const unread = run('top', server.url);
      await unread.says('running');
      unread.process.stdout?.destroy();
      source.change('1', { state: 'stopping' });
      expect(await unread.ended).to.include({ code: 0, stderr: '' });
      const killed = run('top', server.url);
      await killed.says('stopping');
      killed.process.kill('SIGTERM');
      expect(await killed.ended).to.include({ signal: 'SIGTERM', stderr: '' });
    } finally {
      await server.close();
    }
  });

  it('says what to do if no dashboard answers, and ends with 1', async () => {
    const other = http.createServer((_, response) => response.end('hello'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const advice = 'start the program, and give the URL that its serveDashboard() returned\n';
    const stranger = await run('top', address).ended;
    expect(stranger).to.deep.include({ code: 1, stdout: '' });
    expect(stranger.stderr).to.equal(
      `offspring-rx: no dashboard answers at http://${address}/ (it answers 200): ${advice}`,
    );
    other.close();
    await once(other, 'close');
    const nobody = await run('top', address).ended;
    expect(nobody.code).to.equal(1);
    expect(nobody.stderr).to.equal(
      `offspring-rx: no dashboard answers at http://${address}/ (nothing listens there): ${advice}`,
    );
  });

  it('says so if what answers sends events of another kind', async () => {
    const other = http.createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: hello\ndata: world\n\n');
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { code, stderr } = await run('top', `127.0.0.1:${(other.address() as AddressInfo).port}`).ended;
    expect(code).to.equal(1);
    expect(stderr).to.contain('(it sends events of another kind)').and.not.to.contain('SyntaxError');
    other.closeAllConnections();
    other.close();
  });

  it('says that the program has another version', async () => {
    const server = http.createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: hello\ndata: {"version":99,"program":"x","pid":1,"control":false}\n\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { code, stderr } = await run('top', `127.0.0.1:${(server.address() as AddressInfo).port}`).ended;
    expect(code).to.equal(1);
    expect(stderr).to.contain('has another version of offspring-rx: use that version');
    server.close();
  });

  itInFull(`has help and a version, and says which argument is wrong ${LONG}`, async () => {
    const cases: [args: string[], code: number, stdout: RegExp, stderr: RegExp][] = [
      [['--help'], 0, /^Usage: npx offspring-rx top <url>/, /^$/],
      [['--version'], 0, new RegExp(`^${version}\n$`), /^$/],
      [[], 2, /^$/, /^Usage: npx offspring-rx top <url>/],
      [['top'], 2, /^$/, /^offspring-rx: top needs the URL of a dashboard; see npx offspring-rx --help\n$/],
      [['tip'], 2, /^$/, /^offspring-rx: there is no command 'tip', only top; see/],
      [['top', '--wide'], 2, /^$/, /^offspring-rx: Unknown option '--wide'; see/],
      [['top', 'ftp://x'], 2, /^$/, /^offspring-rx: url is 'ftp:\/\/x': it must be the URL of a dashboard, such as/],
      [['top', 'a', 'b'], 2, /^$/, /^offspring-rx: top takes one URL, and got 'b' too\n$/],
    ];
    const ends = await Promise.all(cases.map(([args]) => run(...args).ended));
    for (const [index, [args, code, stdout, stderr]] of cases.entries()) {
      expect(ends[index]?.code, args.join(' ')).to.equal(code);
      expect(ends[index]?.stdout, args.join(' ')).to.match(stdout);
      expect(ends[index]?.stderr, args.join(' ')).to.match(stderr);
    }
  });
});

describe('top()', () => {
  it('refuses options that are wrong', async () => {
    const cases: [unknown[], string][] = [
      [[7], "top(): url is 7: it must be the URL of a dashboard, such as 'http://127.0.0.1:9229/'"],
      [['127.0.0.1:9', { plain: 1 }], 'top(): plain is 1: it must be true or false'],
      [['127.0.0.1:9', { signal: {} }], 'top(): signal is {}: it must be an AbortSignal'],
      [['127.0.0.1:9', { color: true }], 'top(): there is no option color; there are plain, signal'],
    ];
    for (const [args, message] of cases) {
      const error = await (top as (...args: unknown[]) => Promise<void>)(...args).catch(reason => reason);
      expect(error).to.have.property('name', 'StateError');
      expect(error.message).to.equal(message);
    }
  });

  it('ends when its signal aborts', async () => {
    const code = `const { serveDashboard, top } = require('offspring-rx/dashboard');
      const stop = new AbortController();
      process.stdin.once('data', () => stop.abort());
      const before = process.stdout.listenerCount('error');
      serveDashboard().then(async ({ url }) => {
        await top(url, { plain: true, signal: stop.signal });
        await top(url, { plain: true, signal: AbortSignal.abort() });
        console.log('it has ended');
        while (process.stdout.listenerCount('error') !== before) await new Promise(done => setTimeout(done, 5));
        console.log('it listens no longer');
        process.stdin.destroy();
      });`;
    const script = runNode(['-e', code], { cwd: ROOT, input: null });
    await script.says('connected');
    script.process.stdin?.write('stop\n');
    const { stdout, stderr } = await script.ended;
    expect(stderr).to.equal('');
    expect(stdout).to.match(/connected\n(.*\n)*it has ended\nit listens no longer\n$/);
  });
});
