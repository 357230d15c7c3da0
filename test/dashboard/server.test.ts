/** The server of the dashboard, with made-up processes: what it tells, what it refuses, and how it ends. */
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { serveDashboard } from 'offspring-rx/dashboard';
import { ask, EventReader, MadeUp, node, serveMadeUp } from '../support/dashboard';
import { poll } from '../support/poll';

const { TOKEN_HEADER } = require('../../src/dashboard/wire/frames') as typeof import('../../src/dashboard/wire/frames');

describe('the server of the dashboard', () => {
  let source: MadeUp;
  let close: (() => void)[] = [];
  beforeEach(() => {
    source = new MadeUp();
  });
  afterEach(async () => {
    for (const each of close) await each();
    close = [];
  });
  const serve = async (options: Parameters<typeof serveMadeUp>[1] = {}) => {
    const server = await serveMadeUp(source, options);
    close.push(() => server.close());
    return server;
  };
  const read = (url: string, path: string) => {
    const reader = new EventReader(url, path);
    close.unshift(() => reader.close());
    return reader;
  };
  const json = { 'content-type': 'application/json' };

  it('serves the page with its files, and nothing else', async () => {
    const { url } = await serve();
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await ask(url, '/');
    expect(page.status).to.equal(200);
    expect(page.body).to.contain('<title>offspring-rx</title>');
    const files = [...page.body.matchAll(/(?:src|href)="\.(\/[^"]+)"/g)].map(([, file]) => file as string);
    expect(files).to.include.members(['/page.js', '/page.css', '/dark.css', '/icon.svg']);
    for (const file of [...files, '/licenses.txt']) expect((await ask(url, file)).status, file).to.equal(200);
    for (const path of ['/nothing', '/../package.json', '/page.js/..%2f..%2findex.js', '/toString']) {
      expect((await ask(url, path)).status, path).to.equal(404);
    }
    expect((await ask(url, '/', { method: 'HEAD' })).body).to.equal('');
    expect((await ask(url, '/', { method: 'POST' })).status).to.equal(405);
    expect((await ask(url, '/control')).status).to.equal(405);
  });

  it('answers an address that is none, and lives on', async () => {
    const { url } = await serve();
    for (const target of ['//', 'http://[', '//a:b:c/']) {
      const socket = net.connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
      socket.end(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(await text(socket), target).to.match(/^HTTP\/1\.1 400 /);
    }
    expect((await ask(url, '/')).status).to.equal(200);
  });

  it('ends its answer to HEAD, also where GET has events for ever', async () => {
    const { url } = await serve();
    for (const path of ['/events', '/output?id=1']) {
      const { status, body, headers } = await ask(url, path, { method: 'HEAD' });
      expect([status, body, headers['content-type']]).to.deep.equal([200, '', 'text/event-stream; charset=utf-8']);
    }
  });

  it('takes no more connections than a few hundred, so that nobody uses up the descriptors of the program', async () => {
    const { url } = await serve();
    const sockets = Array.from({ length: 210 }, () =>
      net.connect({ host: '127.0.0.1', port: Number(new URL(url).port) }),
    );
    for (const socket of sockets) socket.on('error', () => {}).resume();
    await poll('the rest are closed', () => sockets.filter(({ readyState }) => readyState === 'closed').length === 10);
    for (const socket of sockets) socket.destroy();
    await poll('there is room again', () =>
      ask(url, '/').then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  });

  it('sends a policy that allows no inline script and no frame, with all that it answers', async () => {
    const { url } = await serve();
    for (const path of ['/', '/page.js', '/nothing']) {
      const { headers } = await ask(url, path);
      const policy = headers['content-security-policy'];
      expect(policy).to.contain("default-src 'none'").and.to.contain("script-src 'self'");
      expect(policy).to.contain("frame-ancestors 'none'").and.not.to.contain('unsafe');
      expect(headers).to.include({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      expect(headers).not.to.have.property('access-control-allow-origin');
    }
  });

  it('refuses a name that means this machine only since somebody says so (DNS rebinding), and other sites', async () => {
    const { url } = await serve({ control: true });
    const { port, host } = new URL(url);
    const token = new URL(url).hash.slice('#token='.length);
    const status = async (headers: Record<string, string>, path = '/') => (await ask(url, path, { headers })).status;
    for (const name of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.evil.example']) {
      expect(await status({ host: name }), name).to.equal(403);
    }
    for (const name of [host, 'localhost', `localhost:${port}`, `[::1]:${port}`, '127.0.0.1:1', '192.168.1.2']) {
      expect(await status({ host: name }), name).to.equal(200);
    }
    expect(await status({ host, origin: `http://${host}` })).to.equal(200);
    for (const origin of ['http://evil.example', 'null', `https://${host}`, 'http://127.0.0.1:1']) {
      expect(await status({ host, origin }), origin).to.equal(403);
      const body = JSON.stringify({ id: '1', action: 'shutdown' });
      const headers = { ...json, origin, [TOKEN_HEADER]: token };
      expect((await ask(url, '/control', { method: 'POST', headers, body })).status, origin).to.equal(403);
    }
    expect(await status({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, '/events')).to.equal(
      403,
    );
    expect(await status({ host, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).to.equal(403);
    expect(await status({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).to.equal(200);
    expect(source.orders).to.deep.equal([]);
  });

  it('tells a page all, and then what changes, at 4 Hz', async () => {
    source.nodes$.next([node('1'), node('2', { parent: '1' })]);
    const { url } = await serve();
    const reader = read(url, '/events');
    const snapshot = await reader.find('a snapshot', ({ event }) => event === 'snapshot');
    expect(reader.frames[0]).to.deep.include({ event: 'hello' });
    expect(reader.frames[0]?.data).to.deep.include({ version: 1, pid: process.pid, control: false });
    expect(snapshot.data.rows.map((row: any) => row.node.id)).to.deep.equal(['1', '2']);
    expect(snapshot.data.rows[0].spans).to.deep.equal([['running', 1_000]]);

    const started = Date.now();
    for (let iterations = 1; Date.now() - started < 1_000; iterations++) {
      source.change('1', { iterations });
      await new Promise(resolve => setImmediate(resolve));
    }
    const { iterations } = source.nodes$.value[0] as { iterations: number };
    const lastOf = (frame: any) => frame.data.changed?.[0]?.[1].iterations;
    await reader.find('the last change', frame => lastOf(frame) === iterations);
    const deltas = reader.frames.filter(({ data }) => data.changed);
    expect(iterations).to.be.above(100);
    expect(deltas.length).to.be.within(2, 6);
    for (const { data } of deltas) expect(data.changed).to.deep.equal([['1', { iterations: lastOf({ data }) }]]);

    source.nodes$.next([node('2'), node('3', { state: 'exited', since: 2_000, endedAt: 2_000 })]);
    const last = await reader.find('an end', ({ data }) => data.removed !== undefined);
    expect(last.data.removed).to.deep.equal(['1']);
    expect(last.data.added.map(({ id }: { id: string }) => id)).to.deep.equal(['3']);
    const samples = await reader.find('samples', ({ data }) => data.samples?.some(([id]: [string]) => id === '2'));
    expect(samples.data.samples.map(([id]: [string]) => id)).not.to.include('3');
  });

  it('tells names, titles and errors as plain text, whatever the program and its processes call themselves', async () => {
    const odd = '\u001b]0;title\u0007a\u001b[31mb\nc\u202e\u200f\u2066\u0000';
    const exit = { reason: 'failed', code: 1, signal: null, forced: false, error: `${odd}\n  at\u0008` } as const;
    source.nodes$.next([node('1', { name: odd, key: odd, title: odd })]);
    const { url } = await serve({ control: true });
    const reader = read(url, '/events');
    const { data } = await reader.find('a snapshot', ({ event }) => event === 'snapshot');
    const clean = 'ab c\ufffd\ufffd\ufffd\u2400';
    expect(data.rows[0].node).to.deep.include({ name: clean, key: clean, title: clean });
    source.change('1', { state: 'exited', exit, endedAt: 2_000 });
    const ended = await reader.find('its end', frame => frame.data.changed?.[0]?.[1].exit);
    expect(ended.data.changed[0][1].exit.error).to.equal('ab\nc\ufffd\ufffd\ufffd\u2400\n  at\u2408');
    source.failure = new Error(`loop '1' (${odd}) has ended`);
    const headers = { ...json, [TOKEN_HEADER]: new URL(url).hash.slice('#token='.length) };
    const refused = await ask(url, '/control', { method: 'POST', headers, body: '{"id":"1","action":"shutdown"}' });
    expect(JSON.parse(refused.body)).to.deep.equal({ error: `loop '1' (${clean}) has ended` });
  });

  it('gives a page that comes later the past: states, turns, and a sample for each second', async () => {
    source.nodes$.next([node('1', { state: 'starting', since: 1_000 })]);
    const { url } = await serve();
    const first = read(url, '/events');
    await first.find('a snapshot', ({ event }) => event === 'snapshot');
    source.change('1', { state: 'running', since: 1_500, iterations: 3 });
    await first.find('the change', ({ data }) => data.changed !== undefined);
    await first.find('a sample', ({ data }) => data.samples?.length > 0);
    const late = read(url, '/events');
    const { data } = await late.find('a snapshot', ({ event }) => event === 'snapshot');
    const [row] = data.rows;
    expect(row.spans).to.deep.equal([
      ['starting', 1_000],
      ['running', 1_500],
    ]);
    expect(row.ticks.map(([, turns]: number[]) => turns)).to.deep.equal([3]);
    expect(row.samples[0]).to.have.length(5);
  });

  describe('with control', () => {
    const post = (url: string, token: string | undefined, body: unknown, headers: Record<string, string> = json) =>
      ask(url, '/control', {
        method: 'POST',
        headers: { ...headers, ...(token === undefined ? {} : { [TOKEN_HEADER]: token }) },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    const tokenOf = (url: string) => new URL(url).hash.slice('#token='.length);
    const shutdown = { id: '1', action: 'shutdown' };

    it('obeys whoever has the token, and nobody else', async () => {
      const { url } = await serve({ control: true });
      const token = tokenOf(url);
      expect(token).to.match(/^[\w-]{43}$/);
      for (const wrong of [undefined, '', token.slice(1), `${token}x`, token.toUpperCase()]) {
        const { status, body } = await post(url, wrong, shutdown);
        expect(status, wrong).to.equal(403);
        expect(JSON.parse(body).error).to.contain('token');
      }
      expect(source.orders).to.deep.equal([]);
      expect((await post(url, token, shutdown)).status).to.equal(202);
      expect((await post(url, token, { id: '2', action: 'restart' })).status).to.equal(202);
      expect(source.orders).to.deep.equal(['shutdown 1', 'restart 2']);
    });

    it('has another token each time, and tells it to nobody who connects', async () => {
      const [one, other] = [await serve({ control: true }), await serve({ control: true })];
      expect(tokenOf(one.url)).not.to.equal(tokenOf(other.url));
      const reader = read(one.url, '/events');
      await reader.find('a snapshot', ({ event }) => event === 'snapshot');
      const told =
        JSON.stringify(reader.frames) + (await ask(one.url, '/')).body + (await ask(one.url, '/page.js')).body;
      expect(told).not.to.contain(tokenOf(one.url));
    });

    it('refuses what is no control, and says why one has failed', async () => {
      const { url } = await serve({ control: true });
      const token = tokenOf(url);
      for (const body of ['', '{', 'null', '[]', { id: 1, action: 'shutdown' }, { id: '1', action: 'kill' }]) {
        expect((await post(url, token, body)).status, JSON.stringify(body)).to.equal(400);
      }
      expect((await post(url, token, shutdown, { 'content-type': 'text/plain' })).status).to.equal(415);
      expect((await post(url, token, 'x'.repeat(5_000))).status).to.equal(413);
      source.failure = new Error('there is no process 1');
      const failed = await post(url, token, shutdown);
      expect(failed.status).to.equal(409);
      expect(JSON.parse(failed.body)).to.deep.equal({ error: 'there is no process 1' });
    });

    it('is off unless asked for', async () => {
      const { url } = await serve();
      const { status, body } = await post(url, 'x', shutdown);
      expect(status).to.equal(403);
      expect(JSON.parse(body).error).to.contain('serveDashboard({ control: true })');
      expect(source.orders).to.deep.equal([]);
    });
  });

  describe('output', () => {
    it('is the last lines, then each new one, as plain text of a bounded length', async () => {
      source.nodes$.next([node('1')]);
      const { url } = await serve();
      const write = source.writer('1');
      for (let line = 1; line <= 450; line++) write(`line ${line}`);
      write('<img src=x onerror="alert(1)">');
      write('\u001b[31mred\u001b[0m \u001b]0;title\u0007\u0000 \u202eabc', 'stderr');
      write('x'.repeat(10_000_000));
      const reader = read(url, '/output?id=1');
      const { data } = await reader.find('the lines', ({ event }) => event === 'output');
      expect(data).to.deep.include({ from: 'pipe', skipped: 0 });
      expect(data.lines).to.have.length(200);
      const [html, colors, long] = data.lines.slice(-3);
      expect(html).to.deep.include({ stream: 'stdout', text: '<img src=x onerror="alert(1)">' });
      expect(colors).to.deep.include({ stream: 'stderr', text: 'red \u2400 \ufffdabc' });
      expect(long.text).to.equal('x'.repeat(2_000));
      expect(long.cut).to.equal(10_000_000 - 2_000);
      for (let line = 1; line <= 300; line++) write(`more ${line}`);
      const more = await reader.find('more lines', ({ event }) => event === 'lines');
      expect(more.data.skipped).to.equal(100);
      expect(more.data.lines.map(({ text }: { text: string }) => text).at(-1)).to.equal('more 300');
    });

    it('of a process that has none here says why', async () => {
      const { url } = await serve();
      source.writer('1', 'inherit');
      source.writer('1.2', 'gone');
      for (const [id, from] of [
        ['1', 'inherit'],
        ['1.2', 'gone'],
      ] as const) {
        const reader = read(url, `/output?id=${id}`);
        const { data } = await reader.find('a frame', ({ event }) => event === 'output');
        expect(data).to.deep.equal({ from, lines: [], skipped: 0 });
      }
    });
  });

  it('closes: ends the connections of its pages, and frees the port', async () => {
    const server = await serve();
    const reader = read(server.url, '/events');
    await reader.find('a snapshot', ({ event }) => event === 'snapshot');
    await Promise.all([server.close(), server.close()]);
    await poll('the connection has ended', () => reader.isEnded);
    const again = await serve({ port: Number(new URL(server.url).port) });
    expect(again.url).to.equal(server.url);
  });
});

describe('serveDashboard()', () => {
  it('refuses options that are wrong', async () => {
    const cases: [unknown, string][] = [
      [{ port: -1 }, 'serveDashboard(): port is -1: it must be a port: a whole number from 0 to 65535'],
      [{ port: 1.5 }, 'serveDashboard(): port is 1.5: it must be a port: a whole number from 0 to 65535'],
      [{ port: '80' }, "serveDashboard(): port is '80': it must be a port: a whole number from 0 to 65535"],
      [{ host: '' }, "serveDashboard(): host is '': it must be an address or a host name, such as '127.0.0.1'"],
      [{ control: 1 }, 'serveDashboard(): control is 1: it must be true or false'],
      [{ token: 'x' }, 'serveDashboard(): there is no option token; there are port, host, control'],
      [80, 'serveDashboard(): options is 80: it must be an object of options'],
    ];
    for (const [options, message] of cases) {
      const error = await serveDashboard(options as object).then(
        () => undefined,
        reason => reason,
      );
      expect(error).to.have.property('name', 'StateError');
      expect(error.message).to.equal(message);
    }
  });

  it('says that a port is taken', async () => {
    await using board = await serveDashboard();
    const port = Number(new URL(board.url).port);
    const error = await serveDashboard({ port }).catch(reason => reason);
    expect(error).to.have.property('name', 'StateError');
    expect(error.message).to.equal(
      `serveDashboard(): port ${port} of 127.0.0.1 cannot be opened: another program has it: take another one, or leave port out for a free one`,
    );
  });

  it('says that a file of the page is missing, and nothing of the port', async () => {
    const { readFileSync } = fs;
    fs.readFileSync = ((file: string, ...rest: []) =>
      readFileSync(path.basename(file) === 'page.js' ? `${file}.gone` : file, ...rest)) as typeof readFileSync;
    try {
      const error = await serveDashboard().catch(reason => reason);
      expect(error).to.have.property('name', 'StateError');
      expect(error.message).to.match(
        /^serveDashboard\(\): a file of the page cannot be read: .*page\.js \(it is missing\): install offspring-rx again, or in a checkout, run npm run build$/,
      );
    } finally {
      fs.readFileSync = readFileSync;
    }
  });

  it('has a URL that a browser of this machine can open, also if it listens to all addresses', async () => {
    await using board = await serveDashboard({ host: '0.0.0.0' });
    expect(board.url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect((await ask(board.url, '/')).status).to.equal(200);
    await using named = await serveDashboard({ host: 'localhost' });
    expect((await ask(named.url, '/')).status).to.equal(200);
  });

  it('shows nothing of the environment', async () => {
    process.env['DASHBOARD_TEST_SECRET'] = 'swordfish';
    try {
      await using board = await serveDashboard();
      const reader = new EventReader(board.url, '/events');
      await reader.find('a sample', ({ event }) => event === 'snapshot');
      const told = JSON.stringify(reader.frames);
      reader.close();
      expect(told).not.to.contain('swordfish').and.not.to.contain(process.execPath);
    } finally {
      delete process.env['DASHBOARD_TEST_SECRET'];
    }
  });
});
