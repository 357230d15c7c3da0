/** Hosts of a queue that die, freeze or close in the middle of items. */
import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { ExitError, SubprocessError } from 'offspring-rx';
import { QueuePool } from 'offspring-rx/bullmq';
import { fixture } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { BRISK, BRISK_CALL, processesForSuite } from '../support/queue-hosts';
import { redisForSuite } from '../support/redis';
import type { Script } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const { Counting, Failing, Murderous, Slowly, Waiting } = fixture<typeof import('../fixtures/bullmq')>('bullmq');

const rejected = (promise: Promise<unknown>): Promise<any> =>
  promise.then(
    value => {
      throw new Error(`it resolved with ${value}`);
    },
    error => error,
  );

/**
 * ms in which an item of a host that has died is at another one: its lock, a look for stalled jobs, and a second. Here its
 * worker starts too, on a busy machine. `npm run bench -- queue` measures it on one at rest.
 */
const RECOVERY = 3 * (BRISK.lockDuration + BRISK.stalledInterval) + 1_000;

describe('a host of a queue', () => {
  const redis = redisForSuite();
  const folder = temporaryFolder();
  const processes = processesForSuite();
  beforeEach(() => redis.flush());
  const options = () => ({ connection: redis.url, ...BRISK_CALL });
  const began = () => folder.lines('began');

  it('that is SIGKILLed in the middle of an item loses it to another host, soon', async () => {
    await using pool = new QueuePool(Slowly, options());
    const first = await processes.host('Slowly', redis.url);
    const output = pool.run({ began: folder.file('began'), until: folder.file('until'), id: 7 });
    // If the test fails before it is awaited.
    output.catch(() => {});
    await poll('the first host works', () => began().length === 1);
    const second = await processes.host('Slowly', redis.url);
    const killed = performance.now();
    first.process.kill('SIGKILL');
    await poll('the second host works', () => began().length === 2);
    expect(performance.now() - killed).to.be.below(RECOVERY);
    expect(began()[1]).not.to.equal(began()[0]);
    writeFileSync(folder.file('until'), '');
    expect(await output).to.equal(7);
    second.process.kill('SIGTERM');
    await second.ended;
  });

  itInFull(`that is frozen for longer than its lock loses its items, and no output comes twice ${LONG}`, async () => {
    await using pool = new QueuePool(Waiting, options());
    const first = await processes.host('Waiting', redis.url, { workers: 2 });
    const items = Array.from({ length: 12 }, (_, id) => ({ ms: 100, id }));
    const outputs: number[] = [];
    const mapped = (async () => {
      for await (const output of pool.map(items)) outputs.push(output);
    })();
    await poll('some are done', () => outputs.length >= 2);
    first.process.kill('SIGSTOP');
    await processes.host('Waiting', redis.url, { workers: 2 });
    await poll('the other host has done one of its items', () => outputs.length >= 8);
    first.process.kill('SIGCONT');
    await mapped;
    expect(outputs).to.deep.equal(items.map(({ id }) => id));
  });

  itInFull(`that is closed finishes what it has, and nothing is done twice ${LONG}`, async () => {
    await using pool = new QueuePool(Slowly, options());
    const hosts = [await processes.host('Slowly', redis.url), await processes.host('Slowly', redis.url)];
    const items = Array.from({ length: 40 }, (_, id) => ({ began: folder.file('began'), until: folder.path, id }));
    const outputs: number[] = [];
    const mapped = (async () => {
      for await (const output of pool.map(items)) outputs.push(output);
    })();
    await poll('some are done', () => outputs.length >= 5);
    (hosts[0] as Script).process.kill('SIGTERM');
    expect((await (hosts[0] as Script).ended).code).to.equal(0);
    await mapped;
    expect(outputs).to.deep.equal(items.map(({ id }) => id));
    expect(began()).to.have.length(40);
  });

  itInFull(`whose process ends by a signal gives its items back ${LONG}`, async () => {
    await using pool = new QueuePool(Slowly, options());
    const first = await processes.host('Slowly', redis.url, { lockDuration: 30_000 });
    const output = pool.run({ began: folder.file('began'), until: folder.file('until'), id: 1 });
    await poll('the first host works', () => began().length === 1);
    await processes.host('Slowly', redis.url);
    // It has no listener of its own for it, so the library ends the workers, and the process by the signal.
    first.process.kill('SIGINT');
    await first.ended;
    writeFileSync(folder.file('until'), '');
    expect(await output).to.equal(1);
  });

  itInFull(`gives an item up that kills its worker each time, and an item that kills each host ${LONG}`, async () => {
    await processes.host('Failing', redis.url);
    await using failing = new QueuePool(Failing, { ...options(), attempts: 3 });
    const exited = await rejected(failing.run({ exit: 9 }));
    expect(exited).to.be.instanceOf(ExitError);
    expect(exited.exit.code).to.equal(9);
    expect(await failing.run({ value: 1 })).to.equal(1);

    await using murderous = new QueuePool(Murderous, options());
    const death = rejected(murderous.run('kill the host'));
    let isOver = false;
    void death.then(() => {
      isOver = true;
    });
    const most = { ...BRISK, lockDuration: 500, stalledInterval: 200, maxStalledCount: 1 };
    let hosts = 0;
    for (; !isOver; hosts++) {
      const host = await processes.host('Murderous', redis.url, most);
      await Promise.race([host.ended, death]);
    }
    expect(hosts).to.be.within(2, 4);
    const error = await death;
    expect(error).to.be.instanceOf(SubprocessError);
    expect(error.message).to.contain('the hosts of an item have died or frozen in the middle of it, again and again');
  });

  itInFull(
    `is killed again and again under many items: nothing is lost, and no output comes twice ${LONG}`,
    async function () {
      this.timeout(600_000);
      const count = 10_000;
      const kills = 16;
      await using pool = new QueuePool(Counting, { ...options(), batch: 4, ahead: 256 });
      const hosts = [await processes.host('Counting', redis.url), await processes.host('Counting', redis.url)];
      const outputs: number[] = [];
      let killed = 0;
      const items = Array.from({ length: count }, (_, at) => at % 4);
      for await (const output of pool.map(items)) {
        outputs.push(output);
        if (killed === kills || outputs.length < ((killed + 1) * count) / (kills + 1)) continue;
        killed += 1;
        hosts.shift()?.process.kill('SIGKILL');
        hosts.push(await processes.host('Counting', redis.url));
      }
      expect(killed).to.equal(kills);
      const expected = items.flatMap(item => Array.from({ length: item }, (_, at) => at));
      expect(outputs).to.deep.equal(expected);
    },
  );
});
