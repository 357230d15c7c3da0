/** Row 72: user code is called in the async context of the code that subscribed. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { expect } from 'chai';
import { fromSubprocess, keepSpares, Subprocess } from 'offspring-rx';
import { type Mapped, mapInSubprocess, WorkerPool } from 'offspring-rx/pool';
import { supervise } from 'offspring-rx/supervise';
import { lastValueFrom, Observable, range, Subject, take } from 'rxjs';
import { fixture } from '../support/fixture';
import { inner } from '../support/inner';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';

const { registered } = inner<typeof import('../../src/parent/end/registry')>('parent/end/registry');

const { Echo, Failing, Listener, Locating, Talker, Turns } = fixture<typeof import('../fixtures/contexts')>('contexts');

const request = new AsyncLocalStorage<string>();
/** In which contexts user code was called. */
let seen = new Set<string | undefined>();
const see = () => {
  seen.add(request.getStore());
};

/** Subscribes within `mine`, and resolves when the stream has ended. */
const follow = (stream$: Pick<Observable<unknown>, 'subscribe'>) =>
  new Promise<void>(resolve => {
    const end = () => {
      see();
      resolve();
    };
    request.run('mine', () => stream$.subscribe({ next: see, error: end, complete: end }));
  });

const untilSpareIsReady = () =>
  poll('a spare is ready', () => registered().some(each => (each as { isReady?: boolean }).isReady));

describe('72 the async context of', () => {
  beforeEach(() => {
    seen = new Set();
  });

  const streams = ['message$', 'event$', 'state$', 'ready$', 'exit$', 'result$', 'stdout$', 'stderr$'] as const;
  for (const name of rows(streams, (_, at) => at === 0)) {
    it(`a subscriber of ${name} is its own, if another request has made the task, with or without a spare ${LONG}`, async () => {
      for (const isSpare of [false, true]) {
        if (isSpare) await untilSpareIsReady();
        const task = request.run('another', () => new Talker());
        await follow(task[name]);
        await task.wait();
      }
      await Subprocess.shutdownAll();
      expect([...seen]).to.deep.equal(['mine']);
    });
  }

  it('a subscriber of iteration$ is its own', async () => {
    await follow(request.run('another', () => new Turns()).iteration$);
    expect([...seen]).to.deep.equal(['mine']);
  });

  it('each of two subscribers is its own, and messages come to both in turn', async () => {
    const task = request.run('another', () => new Talker());
    const told: string[] = [];
    for (const name of ['one', 'two']) {
      request.run(name, () => task.message$.subscribe(message => told.push(`${message} ${request.getStore()}`)));
    }
    await task.wait();
    await Subprocess.shutdownAll();
    expect(told).to.deep.equal(['a one', 'a two', 'b one', 'b two']);
  });

  it('a subscriber of command$ in the child is its own', async () => {
    const task = new Listener();
    await lastValueFrom(task.message$.pipe(take(1)));
    await task.send('a');
    await task.send('b');
    expect(await task.result()).to.deep.equal(['a in one', 'a in two', 'b in one', 'b in two']);
  });

  it('the factories of supervise and fromSubprocess is that of the subscriber, if tasks take spares of others', async () => {
    await request.run('another', () => new Failing().result().catch(() => {}));
    await untilSpareIsReady();
    const make = () => {
      see();
      return new Failing();
    };
    await follow(supervise(make, { backoff: { initial: 50, jitter: 0 }, intensity: { restarts: 3 } }));
    await untilSpareIsReady();
    await follow(fromSubprocess(make));
    await Subprocess.shutdownAll();
    expect([...seen]).to.deep.equal(['mine']);
  });

  describe('a pool whose worker another request has started:', () => {
    /** An Iterable that sees where it is pulled and left. */
    function* pulled(count: number) {
      try {
        for (let at = 0; at < count; at++) {
          see();
          yield at;
        }
      } finally {
        see();
      }
    }
    async function* pulledLater(count: number) {
      yield* pulled(count);
    }
    const observed = new Observable<number>(subscriber => {
      see();
      const subscription = range(0, 100).subscribe(subscriber);
      return () => {
        see();
        subscription.unsubscribe();
      };
    });

    const sources = {
      Iterable: () => pulled(5_000),
      AsyncIterable: () => pulledLater(500),
      Observable: () => observed,
    };
    const maps = Object.entries(sources).flatMap(source =>
      [{}, { ordered: false }, { settle: true as const }].map(options => [...source, options] as const),
    );
    for (const [kind, source, options] of rows(maps, (_, at) => at === 8)) {
      it(`map() of an ${kind}, ${JSON.stringify(options)} ${LONG}`, async () => {
        await using pool = new WorkerPool(Echo, { workers: 1 });
        await request.run('another', () => pool.run(0));
        await follow(pool.map(source(), options as object));
        expect([...seen]).to.deep.equal(['mine']);
      });
    }

    itInFull(`map() that is iterated, left early, or aborted by somebody else ${LONG}`, async () => {
      await using pool = new WorkerPool(Echo, { workers: 1 });
      await request.run('another', () => pool.run(0));
      const iterate = async (mapped: Mapped<number>) => {
        for await (const item of mapped) {
          see();
          if (item === 3_000) break;
        }
      };
      await request.run('mine', () => iterate(pool.map(pulled(5_000))));
      const controller = new AbortController();
      const aborted = follow(pool.map(pulled(1_000_000), { signal: controller.signal }));
      request.run('another', () => controller.abort());
      await aborted;
      expect([...seen]).to.deep.equal(['mine']);
    });

    it('stats$', async () => {
      const pool = new WorkerPool(Echo, { workers: 1 });
      const followed = follow(pool.stats$);
      await request.run('another', () => pool.run(0));
      await request.run('another', () => pool.shutdown());
      await followed;
      expect([...seen]).to.deep.equal(['mine']);
    });

    it("init() of a worker is called in that of the pool's constructor", async () => {
      await using pool = request.run('mine', () => new WorkerPool(Locating, { workers: 1, args: [see] }));
      await request.run('another', () => pool.run(0));
      expect([...seen]).to.deep.equal(['mine']);
    });

    it("the channel of items is called in that of the pool's constructor, whoever has made the process", async () => {
      channel('offspring-rx:item').subscribe(see);
      try {
        request.run('another', () => keepSpares(1));
        await untilSpareIsReady();
        const pool = request.run('mine', () => new WorkerPool(Echo, { workers: 1 }));
        await request.run('a third', () => pool.run(0));
        await pool.shutdown();
      } finally {
        channel('offspring-rx:item').unsubscribe(see);
        keepSpares(0);
      }
      expect([...seen]).to.deep.equal(['mine']);
    });

    it('mapInSubprocess(), whose source emits in the context of another', async () => {
      const source$ = new Subject<number>();
      const followed = follow(source$.pipe(mapInSubprocess(Echo, { workers: 1 })));
      for (const item of [1, 2]) request.run('another', () => source$.next(item));
      request.run('another', () => source$.complete());
      await followed;
      expect([...seen]).to.deep.equal(['mine']);
    });
  });
});
