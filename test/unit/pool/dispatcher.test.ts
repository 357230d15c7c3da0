/** Dispatcher: which worker gets the items that wait, and when. */
import { expect } from 'chai';
import { ItemQueue } from '../../../src/pool/parent/items/item-queue';
import type { Job } from '../../../src/pool/parent/items/job';
import { Dispatcher, type DispatcherConfig, IN_MICROTASK } from '../../../src/pool/parent/scheduler/dispatcher';
import { now } from '../../../src/util/clock';
import { poll } from '../../support/poll';

/** A worker that notes what it is given. */
function worker(given: unknown[]) {
  const lane = { batchCount: 0, headSince: 0, isGivingBack: false, give };
  function give(jobs: Job[]) {
    given.push(...jobs.map(({ item }) => item));
    lane.batchCount += 1;
    lane.headSince = now();
  }
  const state = { isReady: true, lanes: [lane], givenCount: 0, rss: 0, ref() {}, unref() {} };
  return Object.defineProperty(state, 'hasItems', { get: () => lane.batchCount > 0 }) as typeof state & {
    readonly hasItems: boolean;
  };
}

const itemOf = (item: unknown) =>
  ({ item, payload: item, batchLimit: 1_024, settled: false, priority: 0 }) as unknown as Job;

describe('a Dispatcher', () => {
  const setUp = (busyWorkerWait: number) => {
    const given = { first: [] as unknown[], second: [] as unknown[] };
    const workers = [worker(given.first), worker(given.second)] as const;
    const started: number[] = [];
    const roster = {
      [Symbol.iterator]: () => workers[Symbol.iterator](),
      active: workers,
      hasIdle: true,
      hasRoom: true,
      lacksWarm: false,
      startFor: (waiting: number) => started.push(waiting),
    };
    const queue = new ItemQueue(Number.POSITIVE_INFINITY);
    const options = { workers: 4, concurrency: 1, recycleAfter: 1e9, maxRss: 1e12, timeout: Number.POSITIVE_INFINITY };
    const config = { options, queue, roster, isAwaited: () => false, onDispatch() {}, onStartError() {} };
    const timing = { ...IN_MICROTASK, busyWorkerWait };
    const dispatcher = new Dispatcher({ ...config, timing } as unknown as DispatcherConfig);
    // Items are known to be tiny.
    dispatcher.onAnswered(
      workers[0] as never,
      { count: 100, sum: 1, squares: 0.01, itemBytes: 0, outputBytes: 0 },
      false,
    );
    const add = async (item: unknown) => {
      queue.push(itemOf(item));
      dispatcher.onAdded(false);
      await Promise.resolve();
    };
    return { given, workers, started, dispatcher, add };
  };

  it('gives the items that wait to an idle worker at once', async () => {
    const { given, dispatcher, add } = setUp(0);
    await add('one');
    await add('two');
    expect(given).to.deep.equal({ first: ['one'], second: ['two'] });
    dispatcher.stop();
  });

  it('leaves items that were added after the last answer to the dispatch, which gives them to all idle workers', async () => {
    const { given, workers, dispatcher, add } = setUp(0);
    const added = [add('one'), add('two')];
    dispatcher.onAnswered(workers[0] as never, { count: 1, sum: 1, squares: 1, itemBytes: 0, outputBytes: 0 }, true);
    expect(given).to.deep.equal({ first: [], second: [] });
    await Promise.all(added);
    expect(given).to.deep.equal({ first: ['one'], second: ['two'] });
    dispatcher.stop();
  });

  it('gives the items that wait to a worker that has answered, without a dispatch', () => {
    const { given, workers, dispatcher, add } = setUp(0);
    void add('one');
    dispatcher.onAnswered(workers[1] as never, { count: 1, sum: 1, squares: 1, itemBytes: 0, outputBytes: 0 }, false);
    expect(given).to.deep.equal({ first: [], second: ['one'] });
    dispatcher.stop();
  });

  it('leaves tiny items to a worker that is about to answer, and starts none for them; later an idle one gets them', async () => {
    const { given, started, dispatcher, add } = setUp(50);
    await add('one');
    started.length = 0;
    await add('two');
    expect(given).to.deep.equal({ first: ['one'], second: [] });
    expect(started).to.deep.equal([]);
    await poll('an idle worker has it', () => given.second.length > 0);
    expect(given).to.deep.equal({ first: ['one'], second: ['two'] });
    dispatcher.stop();
  });
});
