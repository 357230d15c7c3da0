/** docs/recipes/: each program runs, in real processes, and does what its page says. */
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { itInFull, LONG } from './support/long';
import { poll } from './support/poll';
import { childrenOf, isGuardian } from './support/processes';
import { runNode, type Script, type ScriptOptions } from './support/script';
import { temporaryFolder } from './support/temporary';

const PROGRAMS = path.join(ROOT, 'docs', 'recipes', 'programs');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const compiled = (program: string) =>
  path.join(ROOT, 'build', 'docs', 'recipes', 'programs', program.replace(/ts$/, 'js'));
const printedBy = (program: string) =>
  [...readFileSync(path.join(PROGRAMS, program), 'utf8').matchAll(/^\s*\/\/ prints: (.*)$/gm)].map(([, line]) => line);

const running: Script[] = [];
function start(program: string, args: string[] = [], options: ScriptOptions = {}): Script {
  const script = runNode([compiled(program), ...args], options);
  running.push(script);
  return script;
}

/** A server among the programs, and its address. */
async function serve(program: string): Promise<Script & { url: string }> {
  const server = start(program);
  await server.says('port ');
  const port = await poll('the port', () => /^port (\d+)\n/m.exec(server.stdout)?.[1]);
  return Object.assign(server, { url: `http://localhost:${port}` });
}

async function expectToPrint(program: string, args: string[] = [], options: ScriptOptions = {}): Promise<void> {
  const { code, stdout, stderr } = await start(program, args, options).ended;
  expect(stderr).to.equal('');
  expect(stdout.split('\n').slice(0, -1)).to.deep.equal(printedBy(program));
  expect(code).to.equal(0);
}

const workersOf = ({ pid }: Script) => childrenOf(pid).filter(child => !isGuardian(child));

/** Gets a response, resolves when it has begun. `leave` hangs up. */
const follow = (url: string) =>
  new Promise<{ text(): string; leave(): void; ended: Promise<unknown> }>((resolve, reject) => {
    let text = '';
    const request = get(url, response => {
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk;
      });
      const ended = new Promise(end => response.once('close', end));
      resolve({ text: () => text, leave: () => request.destroy(), ended });
    });
    request.on('error', reject);
  });

describe('the recipes', () => {
  const folder = temporaryFolder();

  afterEach(async () => {
    for (const script of running.splice(0)) {
      script.process.kill('SIGTERM');
      await script.ended;
    }
  });

  it('every block of a page is its program, and every program is in a page', () => {
    const pages = readdirSync(path.join(ROOT, 'docs', 'recipes')).filter(file => file.endsWith('.md'));
    const blocks = pages.flatMap(page => [
      ...read(`docs/recipes/${page}`).matchAll(/^<!-- example: (\S+) -->\n```\w+\n(.*?)^```$/gms),
    ]);
    for (const [, file = '', code] of blocks) expect(code, file).to.equal(read(file));
    const shown = blocks.map(([, file = '']) => path.basename(file));
    expect(readdirSync(PROGRAMS).filter(file => !shown.includes(file))).to.deep.equal([]);
    const list = read('docs/recipes.md');
    expect(pages.filter(page => !list.includes(`(recipes/${page})`))).to.deep.equal([]);
  });

  it('a job of a server: progress, result and cancel', async () => {
    const server = await serve('server-job.mts');
    const ask = async (method: string, where: string) =>
      (await (await fetch(server.url + where, { method })).json()) as Record<string, any>;
    const job = (id: string) => ask('GET', `/jobs/${id}`);

    const { id } = await ask('POST', '/?pages=10');
    await poll('progress', async () => (await job(id)).latest?.of === 10);
    await poll('the result', async () => (await job(id)).status === 'done');
    expect((await job(id)).latest).to.deep.equal({ report: '10 pages' });

    const long = (await ask('POST', '/?pages=100000')).id;
    await poll('progress', async () => (await job(long)).latest?.page > 0);
    expect((await ask('DELETE', `/jobs/${long}`)).status).to.equal('canceled');
    await server.says('the work was canceled');
  });

  for (const program of ['sse.mts', 'sse-fastify.mts']) {
    itInFull(`${program}: events, and the end of the client cancels ${LONG}`, async () => {
      const server = await serve(program);
      const whole = await follow(`${server.url}/3`);
      await whole.ended;
      const events = whole.text().match(/^data: (.*)$/gm);
      expect(events).to.have.length(4);
      expect(events?.at(-1)).to.equal('data: {"report":"3 pages"}');

      const left = await follow(`${server.url}/100000`);
      await poll('an event', () => left.text().includes('"page":2,'));
      left.leave();
      await server.says('the work was canceled');
    });
  }

  itInFull(`a client that hangs up cancels its item ${LONG}`, async () => {
    const server = await serve('disconnect.mts');
    const client = new AbortController();
    const left = fetch(`${server.url}/100000`, { signal: client.signal }).catch((error: Error) => error.name);
    await poll('its worker', () => workersOf(server).length === 1);
    const [worker] = workersOf(server);
    // The worker takes one item at a time, so its answer to another one proves that the first one is over.
    const next = fetch(`${server.url}/1`).then(response => response.text());
    client.abort();
    expect(await left).to.equal('AbortError');
    expect(await next).to.equal('{"report":"1 pages"}');
    expect(workersOf(server)).to.deep.equal([worker]);
  });

  itInFull(`a job queue: three processes answer twenty requests ${LONG}`, async () => {
    const server = await serve('job-queue.mts');
    let most = 0;
    const looking = setInterval(() => {
      most = Math.max(most, workersOf(server).length);
    }, 20);
    const ask = (body: string) => fetch(server.url, { method: 'POST', body });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => ask(`password ${at}`)));
    clearInterval(looking);
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(20).fill(200));
    expect(new Set(answers.map(({ headers }) => headers.get('x-worker'))).size).to.equal(3);
    expect(most).to.equal(3);
    expect(new Set(await Promise.all(answers.map(answer => answer.text()))).size).to.equal(20);

    const statuses = (await Promise.all(Array.from({ length: 80 }, () => ask('x')))).map(({ status }) => status);
    expect(new Set(statuses)).to.deep.equal(new Set([200, 503]));
  });

  describe('a big CSV file', () => {
    const write = (rows: number) => {
      const lines = Array.from({ length: rows }, (_, at) => `"name, ${at}",${at % 6_000}`);
      writeFileSync(folder.file('sales.csv'), `name,amount\n${lines.join('\n')}\n`);
    };

    it('is summed up', async () => {
      write(60_000);
      await expectToPrint('csv.mts', [folder.file('sales.csv')]);
    });

    itInFull(`is read no further while the parent is slow ${LONG}`, async function () {
      if (!existsSync('/proc/self/fdinfo')) return this.skip();
      write(400_000);
      const { ReadCsv } = require(compiled('read-csv.ts')) as typeof import('../docs/recipes/programs/read-csv');
      const task = new ReadCsv(folder.file('sales.csv'));
      let rows = 0;
      for await (const batch of task.messages()) {
        if (rows === 0) {
          const { pid } = task.process ?? {};
          const fds = readdirSync(`/proc/${pid}/fd`);
          const fd = fds.find(each => readlinkSync(`/proc/${pid}/fd/${each}`) === folder.file('sales.csv'));
          const position = () => Number(/^pos:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1]);
          let seen = { at: -1, since: Date.now() };
          await poll('the child reads no further', () => {
            if (position() !== seen.at) seen = { at: position(), since: Date.now() };
            return Date.now() - seen.since > 1_000;
          });
          expect(seen.at).to.be.below(4_000_000);
        }
        rows += batch.length;
      }
      expect(rows).to.equal(400_000);
    });
  });
});
