/** Where large items lie until they are done. */
import { expect } from 'chai';
import { ItemMemory } from '../../../dist/pool/parent/memory/item-memory.js';
import { RunJob } from '../../../dist/pool/parent/run/run-job.js';

const MB = 2 ** 20;
const onLinux = process.platform === 'linux' ? it : it.skip;

interface Lying {
  offset: number;
  length: number;
  type: string;
}

function jobOn(memory: ItemMemory, item: unknown): RunJob {
  const job = new RunJob(
    item,
    () => {},
    () => {},
  );
  job.payload = memory.keep(item);
  return job;
}

const done = (memory: ItemMemory, job: RunJob) => memory.release(Object.assign(job, { settled: true }));

describe('the item memory of a pool', () => {
  let memory: ItemMemory;
  beforeEach(() => {
    memory = new ItemMemory();
  });
  afterEach(() => memory.close());

  it('copies what is small', () => {
    const item = { list: [1, 2] };
    const { payload } = jobOn(memory, item);
    item.list.push(3);
    expect(payload).to.deep.equal({ list: [1, 2] });
    expect(jobOn(memory, 'text').payload).to.equal('text');
  });

  onLinux('takes what is large as it is now', () => {
    const item = Buffer.alloc(MB, 1);
    const { payload } = jobOn(memory, item);
    item.fill(2);
    const { length, type } = payload as Lying;
    expect([length, type]).to.deep.equal([MB, 'Buffer']);
    expect((memory.read(payload as never) as Buffer).equals(Buffer.alloc(MB, 1))).to.equal(true);
  });

  onLinux('gives a place to another item only when the first is done, and no worker may still read it', () => {
    const offsetOf = (job: RunJob) => (job.payload as Lying).offset;
    const first = jobOn(memory, Buffer.alloc(MB));
    const at = offsetOf(first);
    expect(offsetOf(jobOn(memory, Buffer.alloc(MB)))).not.to.equal(at);
    first.isOut = true;
    done(memory, first);
    expect(offsetOf(jobOn(memory, Buffer.alloc(MB)))).not.to.equal(at);
    first.isOut = false;
    done(memory, first);
    expect(offsetOf(jobOn(memory, Buffer.alloc(MB - 1)))).to.equal(at);
  });

  onLinux('has room for so much; what is more is copied', () => {
    const jobs = Array.from({ length: 65 }, () => jobOn(memory, Buffer.alloc(MB, 7)));
    expect(jobs.map(({ payload }) => Buffer.isBuffer(payload))).to.deep.equal([...Array(64).fill(false), true]);
    for (const job of jobs) done(memory, job);
    expect(Buffer.isBuffer(jobOn(memory, Buffer.alloc(17 * MB)).payload)).to.equal(true);
    // All that is free is of another size.
    expect(Buffer.isBuffer(jobOn(memory, Buffer.alloc(3 * MB)).payload)).to.equal(false);
  });

  onLinux('takes no more where workers cannot read it, and still gives what lies there', () => {
    const { payload } = jobOn(memory, Buffer.alloc(MB, 5));
    memory.bar();
    expect(Buffer.isBuffer(jobOn(memory, Buffer.alloc(MB)).payload)).to.equal(true);
    expect((memory.read(payload as never) as Buffer)[0]).to.equal(5);
  });

  onLinux('goes while there are no workers, if nothing lies there', () => {
    const job = jobOn(memory, Buffer.alloc(MB, 3));
    memory.closeIfUnused();
    expect((memory.read(job.payload as never) as Buffer)[0]).to.equal(3);
    done(memory, job);
    memory.closeIfUnused();
    expect((jobOn(memory, Buffer.alloc(MB)).payload as Lying).offset).to.equal(0);
  });
});
