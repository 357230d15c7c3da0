/** Faults that are in no row of FAULTS. */
import { expect } from 'chai';
import { RemoteError, StartError } from 'offspring-rx';
import { ofType } from 'offspring-rx/operators';
import { firstValueFrom, lastValueFrom, map, type Observable, switchMap, toArray } from 'rxjs';
import { fixture } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { outcomeOf } from '../support/outcome';

const edges = fixture<typeof import('../fixtures/edges')>('edges');
const { Derived } = fixture<typeof import('../fixtures/edges-derived')>('edges-derived');
const { Echo, Thrower } = fixture<typeof import('../fixtures/tasks')>('tasks');

describe('edges', () => {
  itInFull(`a loop keeps no memory of its turns ${LONG}`, async () => {
    const task = new edges.Spinning([2_000, 42_000]);
    const [early = 0, late = 0] = await lastValueFrom(task.message$.pipe(toArray()));
    // A hundred bytes a turn would be 4 MB.
    expect(late - early).to.be.below(2_000_000);
    await task.wait();
  });
  it('a subscriber that subscribes to event$ during an event gets that event once', async () => {
    const task = new Echo('once');
    const types = (from$: Observable<unknown>) =>
      lastValueFrom(
        from$.pipe(
          switchMap(() => task.event$),
          map(({ type }) => type),
          toArray(),
        ),
      );
    const [ready, exit] = await Promise.all([types(task.ready$), types(task.exit$)]);
    for (const seen of [ready, exit]) {
      expect(seen.filter(type => type !== 'message')).to.deep.equal([
        'starting',
        'spawned',
        'ready',
        'result',
        'exited',
      ]);
    }
  });
  it('an error that nothing caught while end() waits is the failure', async () => {
    const { exit, error } = await outcomeOf(new edges.EndCrashes());
    expect(exit).to.include({ reason: 'failed', code: 1 });
    expect(error).to.be.instanceOf(RemoteError);
    expect(error?.remote.message).to.equal('in end, by a timer');
  });
  it('an emit in an exit listener is too late, and harms nobody', async () => {
    const { exit, messages } = await outcomeOf(new edges.EmitsAtExit());
    expect(exit.reason).to.equal('completed');
    expect(messages).to.deep.equal([]);
  });
  for (const [where, phase] of [
    ['init', 'init'],
    ['rejection', 'init'],
    ['snapshot', 'snapshot'],
    ['forkOptions', 'spawn'],
    ['promise', 'spawn'],
  ] as const) {
    it(`${where} throws a value that cannot become text, or returns a wrong value: a StartError, and the parent lives`, async () => {
      const { exit, error } = await outcomeOf(new edges.ThrowsNoText(where));
      expect(error).to.be.instanceOf(StartError);
      expect(error).to.include({ phase });
      expect(exit).to.include({ reason: 'not-started', pid: null });
    });
  }
  it('a last line without a newline is emitted, though a grandchild holds stdout', async () => {
    const task = new edges.Unfinished();
    const lines = lastValueFrom(task.stdout$.pipe(toArray()));
    const holder = (await task.result()) as number;
    await task.wait();
    expect(await lines).to.deep.equal(['a', 'last']);
    process.kill(holder, 'SIGKILL');
  });
  it('a function that was set from outside causes an error, unless the child has it anyway', async () => {
    const task = new edges.Augmented();
    task.callback = () => {};
    const { error } = await outcomeOf(task);
    // `callback` is a field of the class, so the child has it. `handler` is not.
    expect(error).to.equal(undefined);
    const other = new edges.Augmented();
    (other as any).handler = () => {};
    expect((await outcomeOf(other)).error?.message).to.match(/a field this\.handler that cannot cross/);
  });
  it('a constructor that throws without its arguments, and a field that is left out: an error that says both', async () => {
    const { error } = await outcomeOf(new edges.Demanding({ log: () => {} }));
    expect(error).to.be.instanceOf(StartError);
    expect(error?.message).to.match(/this\.log that cannot cross.*got no arguments there and threw: TypeError/);
  });
  it('a generator gets the error if a yielded value cannot be sent', async () => {
    expect(await new edges.YieldsFunction().result()).to.equal('caught SendError');
  });
  it('restore() throws: a StartError that says so', async () => {
    const { error } = await outcomeOf(new edges.RestoreThrows());
    expect(error).to.include({ name: 'StartError', phase: 'load' });
    expect(error?.message).to.match(/RestoreThrows\.restore\(\) threw.*restore failed/);
  });
  it('work that stops upon its signal is stopped, and has not failed', async () => {
    const task = new edges.Abiding();
    await firstValueFrom(task.message$);
    const exit = await task.shutdown();
    expect(exit).to.include({ reason: 'stopped', code: 0 });
    expect(exit.error).to.equal(undefined);
  });
  it('MODULE of a base class does not apply to a class of another file', async () => {
    expect(await new Derived().result()).to.equal('derived');
    expect(await new edges.WithModule().result()).to.equal('base');
  });
  it('an ExitStatus and its error can be logged as JSON', async () => {
    const task = new edges.LongBegin();
    await firstValueFrom(task.message$);
    task.process?.kill('SIGKILL');
    const { exit } = await outcomeOf(task);
    expect(JSON.parse(JSON.stringify(exit))).to.include({ reason: 'killed', signal: 'SIGKILL' });
  });
  it('a subscriber that causes events during the replay misses none', async () => {
    const task = new edges.Abiding();
    await firstValueFrom(task.message$);
    const types: string[] = [];
    task.event$.subscribe(({ type }) => {
      types.push(type);
      if (type === 'ready') void task.shutdown();
    });
    await task.wait();
    expect(types).to.deep.equal(['starting', 'spawned', 'ready', 'stopping', 'exited']);
  });
  it('commands sent before run() subscribes are kept, however many', async () => {
    const task = new edges.Collecting();
    for (let index = 0; index < 3_000; index++) void task.send(index);
    await task.send(-1);
    expect(await task.result()).to.deep.equal([...Array(3_000).keys()]);
  });
  itInFull(`a parent that is blocked while its children exit loses none of their messages ${LONG}`, async () => {
    const block = (time: number) => {
      for (const end = performance.now() + time; performance.now() < end; );
    };
    const tasks = Array.from({ length: 6 }, (_, index) => new edges.Late(1_000 + index * 60));
    for (const task of tasks) {
      task.message$.subscribe(() => block(300));
      task.event$.pipe(ofType('spawned')).subscribe(() => task.process?.once('exit', () => block(300)));
    }
    const ends = await Promise.all(tasks.map(async task => [await task.result(), (await task.wait()).reason]));
    expect(ends).to.deep.equal(Array(6).fill([42, 'completed']));
  });
  itInFull(`two tasks at once do not mix ${LONG}`, async () => {
    const [one, two] = await Promise.all([new Echo(1).result(), new Thrower('x').result().catch(() => 'threw')]);
    expect([one, two]).to.deep.equal([1, 'threw']);
  });
});
