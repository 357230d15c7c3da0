/** Callers of a queue that cancel, end, or share it with others. */
import { expect } from 'chai';
import { mapOverQueue, QueuePool } from 'offspring-rx/bullmq';
import { of } from 'rxjs';
import { fixture } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { isAlive } from '../support/processes';
import { BRISK_CALL, gone, processesForSuite } from '../support/queue-hosts';
import { redisForSuite } from '../support/redis';
import { temporaryFolder } from '../support/temporary';

const { Adding, Slowly, Spinning } = fixture<typeof import('../fixtures/bullmq')>('bullmq');

describe('a caller of a queue', () => {
  const redis = redisForSuite();
  const folder = temporaryFolder();
  const processes = processesForSuite();
  beforeEach(() => redis.flush());
  const options = () => ({ connection: redis.url, ...BRISK_CALL });
  const workerPid = () => poll('the work has begun', () => Number(folder.lines('began').at(-1)?.split(' ')[0]));
  const nothingLeft = async () => {
    let left: string[] = [];
    const look = async () => {
      left = await redis.leftOver();
      return left.length === 0;
    };
    await poll('nothing is left in Redis', look, 8_000).catch(error => {
      throw new Error(`${error.message}: ${left.join(' ')}`);
    });
  };

  it('cancels an item in the middle: its worker ends, and nothing is left', async () => {
    const host = await processes.host('Spinning', redis.url);
    await using pool = new QueuePool(Spinning, options());
    const controller = new AbortController();
    const item = { began: folder.file('began'), long: 'x'.repeat(2_000) };
    const run = pool.run(item, { signal: controller.signal });
    const pid = await workerPid();
    controller.abort(new Error('enough'));
    expect(await run.catch(error => error.message)).to.equal('enough');
    await gone('the worker', pid);
    expect(isAlive(host.pid)).to.equal(true);
    await pool.shutdown();
    await nothingLeft();
  });

  itInFull(`that unsubscribes gives up its item, and leaves nothing ${LONG}`, async () => {
    await processes.host('Slowly', redis.url);
    const subscription = of({ began: folder.file('began') })
      .pipe(mapOverQueue(Slowly, options()))
      .subscribe();
    const pid = await workerPid();
    subscription.unsubscribe();
    await gone('the worker', pid);
    await nothingLeft();
  });

  itInFull(
    `that is SIGKILLed loses its lease: busy workers end, waiting items go, and nothing is left ${LONG}`,
    async () => {
      await processes.host('Spinning', redis.url);
      const items = Array.from({ length: 5 }, () => ({ began: folder.file('began'), long: 'x'.repeat(2_000) }));
      const caller = processes.caller('Spinning', redis.url, items);
      const pid = await workerPid();
      caller.process.kill('SIGKILL');
      await gone('the worker', pid);
      await nothingLeft();
    },
  );

  itInFull(`shares a queue with two others, and each gets its own outputs ${LONG}`, async () => {
    await processes.host('Adding', redis.url, { args: [100] });
    const ask = async (from: number) => {
      await using pool = new QueuePool(Adding, options());
      const outputs: number[] = [];
      for await (const output of pool.map(Array.from({ length: 50 }, (_, at) => from + at))) outputs.push(output);
      return outputs;
    };
    const answers = await Promise.all([1_000, 2_000, 3_000].map(ask));
    answers.forEach((outputs, at) => {
      expect(outputs).to.deep.equal(Array.from({ length: 50 }, (_, index) => (at + 1) * 1_000 + index + 100));
    });
    await nothingLeft();
  });

  itInFull(`without items does not keep its process alive ${LONG}`, async () => {
    await processes.host('Adding', redis.url);
    const caller = processes.caller('Adding', redis.url, [1, 2]);
    const { code, stdout } = await caller.ended;
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: 'output 2\noutput 3\nall done\n' });
  });

  itInFull(`without items does not keep its process alive while Redis is down either ${LONG}`, async () => {
    const { code, stdout } = await processes.caller('Adding', 'redis://127.0.0.1:1', []).ended;
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: 'all done\n' });
  });
});
