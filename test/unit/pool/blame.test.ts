/** Which of a dead worker's items are at fault. */
import { expect } from 'chai';
import { ExitError, type ExitStatus } from 'offspring-rx';
import { blame, FEW } from '../../../dist/pool/parent/items/blame.js';
import { RunJob } from '../../../dist/pool/parent/run/run-job.js';
import { Assigned } from '../../../dist/pool/parent/workers/assigned.js';

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

describe('the blame for a worker that has ended', () => {
  it('is nobody’s where nothing was begun', () => {
    expect(blame([], exit, undefined, options)).to.deep.equal({ again: [], failed: [] });
  });

  it('is that of the only one', () => {
    const [job] = jobsOf(1);
    const { again, failed } = blame([job!], exit, undefined, options);
    expect([again, failed]).to.deep.equal([[], [{ job, reason: exit.error }]]);
  });

  it('lets the only one try again, so many times', () => {
    const [job] = jobsOf(1);
    const tries = [1, 2, 3].map(() => blame([job!], exit, undefined, { ...options, retries: 2 }).again.length);
    expect(tries).to.deep.equal([1, 1, 0]);
  });

  it('is sought among fewer where there are several', () => {
    const many = blame(jobsOf(FEW + 1), exit, undefined, options);
    expect(many.failed).to.deep.equal([]);
    expect(new Set(many.again.map(({ batchLimit }) => batchLimit))).to.deep.equal(new Set([FEW]));
    const few = blame(many.again.slice(0, FEW), exit, undefined, options);
    expect(few.again.map(({ batchLimit }) => batchLimit)).to.deep.equal(Array.from({ length: FEW }, () => 1));
    expect(few.again.every(({ crashes }) => crashes === 0)).to.equal(true);
  });

  it('names a timeout, which is not tried again', () => {
    const { again, failed } = blame(jobsOf(1), exit, 'timeout', { ...options, retries: 5 });
    expect(again).to.deep.equal([]);
    expect(String(failed[0]?.reason)).to.contain('longer than the timeout of 200 ms');
  });

  it('is that of the one that nobody wants any more', () => {
    const jobs = [jobOf('unwanted', { settled: true }), jobOf('wanted')];
    expect(itemsOf(blame(jobs, exit, 'unwanted', options).again)).to.deep.equal(['wanted']);
    expect(blame([jobOf(1, { settled: true })], exit, undefined, options)).to.deep.equal({ again: [], failed: [] });
  });
});

describe('what a worker has in hand', () => {
  it('is answered in order', () => {
    const inHand = new Assigned();
    const seen: unknown[] = [];
    inHand.add(jobsOf(2));
    inHand.add([jobOf('a')]);
    expect([inHand.batches, inHand.items]).to.deep.equal([2, 3]);
    for (let head = inHand.head; head; head = inHand.head) {
      seen.push(head.item, inHand.batches);
      inHand.advance();
    }
    expect(seen).to.deep.equal([0, 2, 1, 2, 'a', 1]);
    inHand.advance();
    expect([inHand.batches, inHand.items, inHand.head]).to.deep.equal([0, 0, undefined]);
  });

  it('gives no two batches the same region', () => {
    const inHand = new Assigned();
    const first = inHand.add(jobsOf(1));
    const second = inHand.add(jobsOf(1));
    expect([first.region, second.region]).to.deep.equal([0, 1]);
    expect(inHand.remove(second)).to.equal(true);
    expect(inHand.remove(second)).to.equal(false);
    expect(inHand.add(jobsOf(1)).region).to.equal(1);
    inHand.advance();
    expect(inHand.add(jobsOf(1)).region).to.equal(0);
  });

  it('is given back: the first batch may have been begun, the others were not', () => {
    const fill = () => {
      const inHand = new Assigned();
      inHand.add(jobsOf(3));
      inHand.add([jobOf('a'), jobOf('b')]);
      inHand.advance();
      return inHand;
    };
    const { begun, untouched } = fill().takeBack(false);
    expect([itemsOf(begun), itemsOf(untouched)]).to.deep.equal([
      [1, 2],
      ['a', 'b'],
    ]);
    expect(itemsOf(fill().takeBack(true).untouched)).to.deep.equal([1, 2, 'a', 'b']);
    const inHand = fill();
    expect(itemsOf([...inHand.jobs()])).to.deep.equal([1, 2, 'a', 'b']);
    inHand.takeBack(false);
    expect(inHand.takeBack(false)).to.deep.equal({ begun: [], untouched: [] });
  });
});
