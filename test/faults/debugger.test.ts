/** FAULTS 66: a child that waits for a debugger. */
import { expect } from 'chai';
import { WorkerPool } from 'offspring-rx/pool';
import { filter, firstValueFrom, map } from 'rxjs';
import { fixture } from '../support/fixture';
import { LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { runNode, type Script } from '../support/script';
import { startFails } from '../support/start-fails';

const { Debugged, DebuggedLoop, DebuggedWorker } = fixture<typeof import('../fixtures/debugged')>('debugged');

/** Where the debugger of a child listens. */
const addressOf = (task: InstanceType<typeof Debugged> | InstanceType<typeof DebuggedLoop>) =>
  firstValueFrom(
    task.stderr$.pipe(
      map(line => /ws:\/\/(127\.0\.0\.1:\d+)/.exec(line)?.[1]),
      filter(address => address !== undefined),
    ),
  );

/** Attaches a debugger, which lets the child go on if it `breaks` at its first line. */
async function attach(address: string, breaks: boolean): Promise<Script> {
  const inspector = runNode(['inspect', address], { input: null });
  const attached = breaks ? /Break on start[\s\S]*debug> $/ : /debug> $/;
  await poll('it is attached', () => attached.test(inspector.stdout));
  if (breaks) inspector.process.stdin?.write('cont\n');
  return inspector;
}

/** Several times the READY_TIMEOUT of the classes above. */
const pastTheLimit = () => new Promise(resolve => setTimeout(resolve, 1_500));

describe('66 a child that waits for a debugger', function () {
  this.timeout(60_000);

  const ways: [way: string, options: object][] = [
    ['--inspect-brk in execArgv', { execArgv: ['--inspect-brk=0'] }],
    ['--inspect-brk in NODE_OPTIONS', { env: { NODE_OPTIONS: '--no-warnings --inspect-brk=0' } }],
    ['--inspect_brk, which Node takes too', { execArgv: ['--inspect_brk=0'] }],
    ['--inspect-brk and no inherited flags', { execArgv: ['--inspect-brk=0'], inheritExecArgv: false }],
  ];
  if (process.allowedNodeEnvironmentFlags.has('--inspect-wait')) {
    ways.push(['--inspect-wait in execArgv', { execArgv: ['--inspect-wait=0'] }]);
  }
  for (const [way, options] of rows(ways, (_, at) => at === 1)) {
    it(`${way}: READY_TIMEOUT does not run, and the child goes on once a debugger lets it ${LONG}`, async () => {
      const task = new Debugged(options);
      const exit = task.wait();
      const result = task.result();
      const address = await addressOf(task);
      await pastTheLimit();
      expect(task.process?.exitCode).to.equal(null);
      const inspector = await attach(address, !way.includes('wait'));
      expect(await result).to.equal('ran');
      inspector.process.stdin?.write('.exit\n');
      // Node may crash, with any script, if a debugger disconnects just as the process ends.
      expect((await exit).reason).to.be.oneOf(['completed', 'killed']);
      await inspector.ended;
    });
  }
  it('a child that is busy once the debugger has let it go is ended in time', async () => {
    const task = new Debugged({ execArgv: ['--inspect-brk=0'], env: { BUSY: '1' } });
    const failed = startFails(task, 'ready', /after 300 ms and was killed/);
    const inspector = await attach(await addressOf(task), true);
    const { exit } = await failed;
    expect(exit).to.include({ signal: 'SIGKILL', cause: 'ready-timeout' });
    inspector.process.stdin?.end('.exit\n');
    inspector.process.kill('SIGKILL');
    await inspector.ended;
  });
  it('a loop and a worker of a pool wait too, and can be shut down', async () => {
    const loop = new DebuggedLoop();
    await addressOf(loop);
    const pool = new WorkerPool(DebuggedWorker, { workers: 1 });
    const item = pool.run(1).catch(error => error);
    await pastTheLimit();
    expect(loop.process?.exitCode).to.equal(null);
    expect((await loop.shutdown()).reason).to.equal('stopped');
    const [first] = await Promise.all([item, pool.shutdown({ grace: 0 })]);
    expect(first).to.include({ name: 'StateError' });
  });
  it('with --inspect, the limit counts as ever', async () => {
    const task = new Debugged({ execArgv: ['--inspect=0'], env: { BUSY: '1' } });
    await startFails(task, 'ready', /after 300 ms and was killed/);
  });
});
