/** FAULTS 77: READY_TIMEOUT does not count the time in which the machine did not let a child run. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ofType } from 'offspring-rx/operators';
import { processorTime } from '../../src/util/processor-time';
import { adviceFor } from '../../src/util/start-limit';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { runNode } from '../support/script';
import { startFails } from '../support/start-fails';

const { Endless, EndlessBegin, Heavy } = fixture<typeof import('../fixtures/starved')>('starved');

describe('77 READY_TIMEOUT on a busy machine', function () {
  this.timeout(240_000);

  itInFull(`many children at once, on one processor, all get ready ${LONG}`, async () => {
    const children = 48;
    /** One that this process may use. */
    const processor = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] as string;
    const script = fixturePath('scripts/starved').replace(/js$/, 'cjs');
    const { code, stdout, stderr } = await runNode(['-c', processor, process.execPath, script, String(children)], {
      node: 'taskset',
    }).ended;
    const [words, longest] = stdout.split('\n');
    expect(words, stderr).to.equal('completed,fulfilled');
    // It was a test only if they took longer than their READY_TIMEOUT.
    expect(Number(longest)).to.be.greaterThan(Heavy.READY_TIMEOUT);
    expect(code).to.equal(0);
  });
  it('a parent that is blocked reads what its children have reported before it ends them', async () => {
    const task = new Heavy();
    task.event$.pipe(ofType('spawned')).subscribe(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * Heavy.READY_TIMEOUT);
    });
    expect(await task.result()).to.equal('ran');
  });
  for (const Type of rows([Endless, EndlessBegin], () => false)) {
    it(`${Type.name} is ended in time ${LONG}`, async () => {
      const { exit, error } = await startFails(new Type(), 'ready', /after 1000 ms and was killed/);
      expect(error?.message).to.match(/look for an endless loop or an await that never settles there/);
      // What it waited for a processor is in the message.
      const waited = Number(/\((\d+) ms in which it waited/.exec(error?.message ?? '')?.[1] ?? 0);
      expect(exit.duration - waited).to.be.within(950, 6_000);
      expect(exit).to.include({ cause: 'ready-timeout', forced: true });
    });
  }
  it('the advice is about the machine if it gives a child nothing, or does not tell', () => {
    const starved = adviceFor({ total: 300_000, waited: 290_000, wasStarved: true });
    expect(starved).to.match(/machine is too busy \(it waited 290000 of 300000 ms/);
    const unknown = adviceFor({ total: 30_000, waited: undefined, wasStarved: false });
    expect(unknown).to.match(/endless loop.*if the machine is busy, start fewer children at a time/);
    expect(adviceFor({ total: 30_000, waited: 0, wasStarved: false })).to.match(/or raise READY_TIMEOUT$/);
  });
  it('the system tells how long this process has run', () => {
    expect(processorTime(process.pid)?.ran).to.be.greaterThan(0);
    expect(processorTime(2 ** 30)).to.equal(undefined);
  });
});
