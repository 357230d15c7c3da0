/** The spans of a queue: each item is in the trace of the code that has handed it in, in whichever process it is worked on. */
import { SpanStatusCode } from '@opentelemetry/api';
import { expect } from 'chai';
import { Subprocess } from 'offspring-rx';
import { mapOverQueue, QueuePool } from 'offspring-rx/bullmq';
import { from, lastValueFrom, toArray } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { redisForSuite } from '../support/redis';
import { runNode, type Script } from '../support/script';
import { type Recording, record, request } from '../support/spans';

const { Works } = fixture<typeof import('../fixtures/traced')>('traced');
const { HOST } = fixture<typeof import('../fixtures/tracing')>('tracing');

interface Here {
  trace?: string;
  span?: string;
}

describe('offspring-rx/otel: spans of a queue', () => {
  const redis = redisForSuite();
  let recording: Recording;
  let host: Script | undefined;
  beforeEach(async () => {
    await redis.flush();
    recording = record();
  });
  /** Its workers export their spans before they end. */
  const stop = async () => {
    host?.process.kill();
    await host?.ended;
  };
  afterEach(async () => {
    await stop();
    host = undefined;
    await Subprocess.shutdownAll();
    recording.stop();
  });
  const serve = async () => {
    const script = fixturePath('scripts/traced-host').replace(/js$/, 'cjs');
    host = runNode([script, redis.url], { env: { [HOST]: 'yes' } });
    await host.says('serving');
  };
  /** The data of the jobs that wait in Redis. */
  const tickets = async () => {
    const client = redis.client();
    const keys = (await client.keys('*')).filter(key => /-\d+-\d+$/.test(key));
    const data = await Promise.all(keys.map(key => client.hget(key, 'data').catch(() => null)));
    client.disconnect();
    return data.flatMap(text => (text === null ? [] : JSON.parse(text)));
  };

  it("an item's spans at its host, and what its worker records, are in the trace of its caller", async () => {
    await using pool = new QueuePool(Works, { connection: redis.url, batch: 4 });
    const run = () => pool.run('sync') as Promise<Here>;
    // Items of several callers, and of none, travel together.
    const [first, second, none] = [request(run), request(run), run()];
    await poll('they wait', async () => (await tickets()).length > 0);
    const [ticket] = await tickets();
    expect(ticket.t).to.have.length(3);
    expect(ticket.t[0].traceparent).to.match(/^00-[0-9a-f]{32}-/);
    await serve();
    const callers = await Promise.all([first, second]);
    const alone = await none;
    await stop();
    for (const { trace, span, value } of callers) {
      const [item] = recording.named('work Works', true).filter(each => each.parent === span);
      expect(item).to.include({ trace });
      const [atHost] = recording.named('work Works', false).filter(each => each.parent === item?.id);
      expect(atHost).to.include({ trace, pid: host?.pid });
      const [inWorker] = recording.named('work Works', false).filter(each => each.parent === atHost?.id);
      expect(value).to.deep.equal({ trace, span: inWorker?.id });
      expect(inWorker?.pid).not.to.equal(host?.pid);
      expect(recording.named('in work sync', false).map(each => each.trace)).to.include(trace);
    }
    expect(callers.map(({ trace }) => trace)).not.to.include(alone.trace);
  });

  itInFull(
    `all items of mapOverQueue() are in the trace of the subscriber, and a failure is recorded ${LONG}`,
    async () => {
      await serve();
      const options = { connection: redis.url };
      const shapes = ['sync', 'sync', 'slow'] as const;
      const caller = await request(() => lastValueFrom(from(shapes).pipe(mapOverQueue(Works, options), toArray())));
      expect(caller.value.map(each => (each as Here).trace)).to.deep.equal(shapes.map(() => caller.trace));
      await using pool = new QueuePool(Works, options);
      await pool.run('throws').catch(() => {});
      const [failed] = recording.named('work Works', true).slice(-1);
      expect(failed).to.include({ status: SpanStatusCode.ERROR });
      expect(failed?.attributes['error.type']).to.equal('RemoteError');
    },
  );

  it('adds nothing to an item if nobody records traces', async () => {
    recording.stop();
    await using pool = new QueuePool(Works, { connection: redis.url });
    const item = pool.run('sync');
    item.catch(() => {});
    const [ticket] = await poll('it waits', async () => {
      const all = await tickets();
      return all.length > 0 ? all : undefined;
    });
    expect(ticket).to.have.keys('w', 'c', 'n', 'e', 'd');
  });
});
