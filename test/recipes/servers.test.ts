/** docs/recipes/: the servers run, with clients and real processes, and do what their pages say. */
import { get } from 'node:http';
import { expect } from 'chai';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { endAll, serve, workersOf } from '../support/recipes';

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

describe('recipes: servers', () => {
  afterEach(endAll);

  it('a job of a server: progress, result and cancel', async () => {
    const { server, url } = await serve('server-job.mts');
    const ask = async (method: string, where: string) =>
      (await (await fetch(url + where, { method })).json()) as Record<string, any>;
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
      const { server, url } = await serve(program);
      const whole = await follow(`${url}/3`);
      await whole.ended;
      const events = whole.text().match(/^data: (.*)$/gm);
      expect(events).to.have.length(4);
      expect(events?.at(-1)).to.equal('data: {"report":"3 pages"}');

      const left = await follow(`${url}/100000`);
      await poll('an event', () => left.text().includes('"page":2,'));
      left.leave();
      await server.says('the work was canceled');
    });
  }

  itInFull(`a client that hangs up cancels its item ${LONG}`, async () => {
    const { server, url } = await serve('disconnect.mts');
    const client = new AbortController();
    const left = fetch(`${url}/100000`, { signal: client.signal }).catch((error: Error) => error.name);
    await poll('its worker', () => workersOf(server).length === 1);
    const [worker] = workersOf(server);
    // The worker takes one item at a time, so its answer to another one proves that the first one is over.
    const next = fetch(`${url}/1`).then(response => response.text());
    client.abort();
    expect(await left).to.equal('AbortError');
    expect(await next).to.equal('{"report":"1 pages"}');
    expect(workersOf(server)).to.deep.equal([worker]);
  });

  itInFull(`a job queue: three processes answer twenty requests ${LONG}`, async () => {
    const { server, url } = await serve('job-queue.mts');
    let most = 0;
    const looking = setInterval(() => {
      most = Math.max(most, workersOf(server).length);
    }, 20);
    const ask = (body: string) => fetch(url, { method: 'POST', body });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => ask(`password ${at}`)));
    clearInterval(looking);
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(20).fill(200));
    expect(new Set(answers.map(({ headers }) => headers.get('x-worker'))).size).to.equal(3);
    expect(most).to.equal(3);
    expect(new Set(await Promise.all(answers.map(answer => answer.text()))).size).to.equal(20);

    const statuses = (await Promise.all(Array.from({ length: 80 }, () => ask('x')))).map(({ status }) => status);
    expect(new Set(statuses)).to.deep.equal(new Set([200, 503]));
  });

  itInFull(`a server that is told to end answers the requests that it has ${LONG}`, async () => {
    const { server, url } = await serve('graceful.mts');
    const answer = fetch(`${url}/50`).then(response => response.text());
    await poll('its worker', () => workersOf(server).length === 1);
    server.process.kill('SIGTERM');
    await poll('no further connection', async () =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    );
    expect(await answer).to.equal('{"report":"50 pages"}');
    const { code, stdout } = await server.ended;
    expect(code).to.equal(0);
    expect(stdout).to.include('bye');
  });
});
