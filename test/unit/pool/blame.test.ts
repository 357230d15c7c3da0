/** Which items of a worker that has exited fail. */
import { expect } from 'chai';
import { ExitError, type ExitStatus } from 'offspring-rx';
import { blame, SMALL_BATCH } from '../../../src/pool/parent/items/blame';
import { RunJob } from '../../../src/pool/parent/run/run-job';
import { Assigned, Load } from '../../../src/pool/parent/workers/assigned';

const jobOf = (item: unknown, more: Partial<RunJob> = {}) =>
  Object.assign(
    new RunJob(
      item,
      () => {},
      () => {},
    ),
    more,
  );
const jobsOf = (count: number) => Array.from({ length: count }, (_, at) => jobOf(at));
const itemsOf = (jobs: { item: unknown }[]) => jobs.map(({ item }) => item);

const killed = {
  subprocess: 'Adding',
  pid: 7,
  code: null,
  signal: 'SIGKILL',
  duration: 1,
  forced: false,
  reason: 'killed',
} as unknown as ExitStatus;
const exit = Object.assign(killed, { error: new ExitError('killed', killed, killed) });
const options = { retries: 0, timeout: 200 };

describe('blame', () => {
  it('fails no item if none was begun', () => {
    expect(blame([], exit, undefined, options)).to.deep.equal({ retry: [], failed: [] });
  });

  it('fails the only item that was begun', () => {
    const [job] = jobsOf(1);
    const { retry, failed } = blame([job!], exit, undefined, options);
    expect([retry, failed]).to.deep.equal([[], [{ job, reason: exit.error }]]);
  });

  it('retries the only item as often as the option says', () => {
    const [job] = jobsOf(1);
    const tries = [1, 2, 3].map(() => blame([job!], exit, undefined, { ...options, retries: 2 }).retry.length);
    expect(tries).to.deep.equal([1, 1, 0]);
  });

  it('retries several items in smaller batches', () => {
    const many = blame(jobsOf(SMALL_BATCH + 1), exit, undefined, options);
    expect(many.failed).to.deep.equal([]);
    expect(new Set(many.retry.map(({ batchLimit }) => batchLimit))).to.deep.equal(new Set([SMALL_BATCH]));
    const few = blame(many.retry.slice(0, SMALL_BATCH), exit, undefined, options);
    expect(few.retry.map(({ batchLimit }) => batchLimit)).to.deep.equal(Array.from({ length: SMALL_BATCH }, () => 1));
    expect(few.retry.every(({ crashes }) => crashes === 0)).to.equal(true);
  });

  it('fails an item with a timeout, which is not retried', () => {
    const { retry, failed } = blame(jobsOf(1), exit, 'timeout', { ...options, retries: 5 });
    expect(retry).to.deep.equal([]);
    expect(String(failed[0]?.reason)).to.contain('longer than the timeout of 200 ms');
  });

  it('retries the other items if an item took too long, which was rejected then', () => {
    const jobs = [jobOf('done, not answered'), jobOf('late', { settled: true })];
    expect(itemsOf(blame(jobs, exit, 'timeout', options).retry)).to.deep.equal(['done, not answered']);
    expect(jobs[0]?.batchLimit).to.equal(Number.POSITIVE_INFINITY);
  });

  it('retries the other items if a canceled item ended the worker', () => {
    const jobs = [jobOf('canceled', { settled: true }), jobOf('other')];
    expect(itemsOf(blame(jobs, exit, 'canceled', options).retry)).to.deep.equal(['other']);
    expect(blame([jobOf(1, { settled: true })], exit, undefined, options)).to.deep.equal({ retry: [], failed: [] });
  });
});

describe('the items that are assigned to a worker', () => {
  it('are answered in order', () => {
    const assigned = new Assigned();
    const seen: unknown[] = [];
    assigned.add(jobsOf(2));
    assigned.add([jobOf('a')]);
    expect([assigned.batchCount, assigned.itemCount]).to.deep.equal([2, 3]);
    for (let head = assigned.head; head; head = assigned.head) {
      seen.push(head.item, assigned.batchCount);
      assigned.shift();
    }
    expect(seen).to.deep.equal([0, 2, 1, 2, 'a', 1]);
    assigned.shift();
    expect([assigned.batchCount, assigned.itemCount, assigned.head]).to.deep.equal([0, 0, undefined]);
  });

  it('are numbered in the order in which they were added, also if some are taken back', () => {
    const assigned = new Assigned();
    const [a, b, c] = jobsOf(3) as [RunJob, RunJob, RunJob];
    assigned.add([a, b, c]);
    expect([assigned.headNumber, assigned.numberOf(c)]).to.deep.equal([0, 2]);
    assigned.shift();
    expect(assigned.keepBegun(1)).to.deep.equal([c]);
    expect([assigned.headNumber, assigned.numberOf(b), assigned.numberOf(c)]).to.deep.equal([1, 1, -1]);
    assigned.add([c]);
    expect(assigned.numberOf(c)).to.equal(3);
    assigned.shift();
    assigned.shift();
    expect(assigned.headNumber).to.equal(-1);
  });

  it('are counted for all lanes, and those with a batchLimit besides', () => {
    const load = new Load();
    const [one, other] = [new Assigned(load), new Assigned(load)];
    const counts = () => [load.itemCount, load.limitedCount];
    one.add([jobOf(1), jobOf(2, { batchLimit: 1 })]);
    const batch = other.add([jobOf(3, { batchLimit: 2 })]);
    expect(counts()).to.deep.equal([3, 2]);
    one.shift();
    expect(counts()).to.deep.equal([2, 2]);
    other.remove(batch);
    expect(counts()).to.deep.equal([1, 1]);
    one.add(jobsOf(3));
    one.keepBegun(2);
    expect(counts()).to.deep.equal([2, 1]);
    one.takeAll();
    expect(counts()).to.deep.equal([0, 0]);
  });

  it('have a region of their own for each batch', () => {
    const assigned = new Assigned();
    const first = assigned.add(jobsOf(1));
    const second = assigned.add(jobsOf(1));
    expect([first.region, second.region]).to.deep.equal([0, 1]);
    expect(assigned.remove(second)).to.equal(true);
    expect(assigned.remove(second)).to.equal(false);
    expect(assigned.add(jobsOf(1)).region).to.equal(1);
    assigned.shift();
    expect(assigned.add(jobsOf(1)).region).to.equal(0);
  });

  const fill = () => {
    const assigned = new Assigned();
    assigned.add(jobsOf(3));
    assigned.add([jobOf('a'), jobOf('b')]);
    assigned.shift();
    return assigned;
  };

  it('are given back, bar those that are begun', () => {
    for (const [begun, kept, untouched] of [
      [0, [], [1, 2, 'a', 'b']],
      [1, [1], [2, 'a', 'b']],
      [2, [1, 2], ['a', 'b']],
      [3, [1, 2, 'a'], ['b']],
      [4, [1, 2, 'a', 'b'], []],
      [9, [1, 2, 'a', 'b'], []],
    ] as const) {
      const assigned = fill();
      expect(itemsOf(assigned.keepBegun(begun))).to.deep.equal(untouched);
      expect(itemsOf([...assigned.jobs()])).to.deep.equal(kept);
      expect([assigned.itemCount, assigned.head?.item]).to.deep.equal([kept.length, kept.at(-1)]);
      expect([...assigned.jobs()].every(({ isAssigned }) => isAssigned)).to.equal(true);
    }
  });

  it('go on after others were given back', () => {
    const assigned = fill();
    const [back] = assigned.keepBegun(2);
    expect(back?.isAssigned).to.equal(false);
    // It was done before the one that the worker is at.
    expect(assigned.shift()?.item).to.equal(1);
    expect(assigned.head?.item).to.equal(2);
    assigned.add([jobOf('c')]);
    expect([assigned.shift()?.item, assigned.shift()?.item, assigned.shift()]).to.deep.equal([2, 'c', undefined]);
    expect([assigned.batchCount, assigned.answeredCount]).to.deep.equal([0, 4]);
  });

  it('are taken back: the first batch may have been begun, the others were not', () => {
    const { begun, untouched } = fill().takeAll();
    expect([itemsOf(begun), itemsOf(untouched)]).to.deep.equal([
      [1, 2],
      ['a', 'b'],
    ]);
    const assigned = fill();
    expect(itemsOf([...assigned.jobs()])).to.deep.equal([1, 2, 'a', 'b']);
    assigned.takeAll();
    expect(assigned.takeAll()).to.deep.equal({ begun: [], untouched: [] });
  });
});
