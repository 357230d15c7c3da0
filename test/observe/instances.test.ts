/** Subprocess.instances$: the live instances of a class and its subclasses. */
import { expect } from 'chai';
import { type AnySubprocess, Subprocess, SubprocessLoop } from 'offspring-rx';
import { firstValueFrom, toArray } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { runNode } from '../support/script';

const tasks = fixture<typeof import('../fixtures/observed')>('observed');

/** The lists that a class has emitted so far. */
function listsOf(type: { readonly instances$: typeof Subprocess.instances$ }) {
  const lists: (readonly AnySubprocess[])[] = [];
  const subscription = type.instances$.subscribe(list => lists.push(list));
  return { lists, end: () => subscription.unsubscribe() };
}

describe('instances$', () => {
  it('emits at once, and a fresh array after each start and end, before the first event of an instance', async () => {
    const { lists, end } = listsOf(Subprocess);
    expect(lists).to.deep.equal([[]]);
    const states: string[] = [];
    const subscription = Subprocess.instances$.subscribe(list => {
      for (const task of list) if (states.length === 0) task.state$.subscribe(state => states.push(state));
    });
    const [first, second] = [new tasks.Waits(), new tasks.Waits()];
    // What starts in one turn is one change.
    await poll('both', () => lists.length === 2);
    expect(lists[1]).to.deep.equal([first, second]);
    await firstValueFrom(first.ready$);
    await first.shutdown();
    await poll('the second', () => lists.length === 3);
    expect(lists[2]).to.deep.equal([second]);
    await second.shutdown();
    await poll('none', () => lists.length === 4);
    expect(lists[3]).to.deep.equal([]);
    expect(new Set(lists).size).to.equal(4);
    expect(states).to.deep.equal(['created', 'starting', 'running', 'stopping', 'exited']);
    subscription.unsubscribe();
    end();
  });

  it('of a class has its instances and those of its subclasses only, and each subscriber gets the present ones', async () => {
    const own = listsOf(tasks.Ticker);
    const loops = listsOf(SubprocessLoop);
    const other = new tasks.Waits();
    const ticker = new tasks.Ticker();
    await poll('the loop', () => own.lists.length === 2);
    expect(own.lists[1]).to.deep.equal([ticker]);
    expect(loops.lists).to.deep.equal([[], [ticker]]);
    expect(await firstValueFrom(Subprocess.instances$)).to.deep.equal([other, ticker]);
    await Promise.all([ticker.shutdown(), other.shutdown()]);
    await poll('no loop', () => own.lists.length === 3);
    own.end();
    loops.end();
  });

  it('has an instance with EXPLICIT_START from its start() on, and one that could not start until its end', async () => {
    class Wrong extends tasks.Waits {
      override init() {
        throw new Error('no');
      }
    }
    const { lists, end } = listsOf(Subprocess);
    const later = new tasks.Later();
    const wrong = new Wrong();
    await wrong.result().catch(() => {});
    await poll('it has ended', () => lists.length === 3);
    expect(lists).to.deep.equal([[], [wrong], []]);
    later.start();
    await poll('it is there', () => lists.length === 4);
    expect(lists[3]).to.deep.equal([later]);
    await later.shutdown();
    end();
  });

  it("in a child, are the child's own", async () => {
    const lists = await firstValueFrom(new tasks.Lists().message$.pipe(toArray()));
    expect(lists).to.deep.equal([[], ['Falls'], []]);
  });

  itInFull(
    `neither keeps the parent alive nor emits in code that a child runs again; unused, nothing of it is loaded ${LONG}`,
    async () => {
      const script = fixturePath('scripts/observes').replace(/js$/, 'cjs');
      const { code, stdout, stderr } = await runNode([script, 'instances']).ended;
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout.trim().split('\n')).to.deep.equal(['instances 0', 'instances 1', 'it runs', 'instances 0']);
      const unused = await runNode([script, 'nothing']).ended;
      expect(unused.stdout.trim().split('\n')).to.deep.equal(['it runs', 'loaded: []']);
    },
  );
});
