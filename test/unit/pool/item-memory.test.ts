/** The memory that holds items until they are done, if they are large, alone or together. */
import { expect } from 'chai';
import { RunJob } from '../../../src/pool/parent/run/run-job';
import { ItemMemory } from '../../../src/pool/parent/shared-memory/item-memory';
import { memoryBudget } from '../../../src/pool/parent/shared-memory/memory-budget';
import { type SentBatch, WorkerMemory } from '../../../src/pool/parent/shared-memory/worker-memory';
import type { PlainData } from '../../../src/protocol/plain-data';

const MB = 2 ** 20;
const onLinux = process.platform === 'linux' ? it : it.skip;

/** As a large batch that a worker gets. */
function batchOf(memory: ItemMemory, item: () => unknown, count: number): SentBatch {
  return { jobs: Array.from({ length: count }, () => jobOn(memory, item())), first: 0, region: 0 };
}

interface SliceData {
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
  job.payload = memory.copy(item);
  return job;
}

const done = (memory: ItemMemory, job: RunJob) => memory.release(Object.assign(job, { settled: true }));

describe('the item memory of a pool', () => {
  let memory: ItemMemory;
  beforeEach(() => {
    memory = new ItemMemory(() => memoryBudget(1));
  });
  afterEach(() => memory.close());

  it('copies small items on the heap', () => {
    const item = { list: [1, 2] };
    const { payload } = jobOn(memory, item);
    item.list.push(3);
    expect((payload as PlainData).value).to.deep.equal({ list: [1, 2] });
    expect(jobOn(memory, 'text').payload).to.equal('text');
  });

  onLinux('copies large items into the file', () => {
    const item = Buffer.alloc(MB, 1);
    const { payload } = jobOn(memory, item);
    item.fill(2);
    const { length, type } = payload as SliceData;
    expect([length, type]).to.deep.equal([MB, 'Buffer']);
    expect((memory.read(payload as never) as Buffer).equals(Buffer.alloc(MB, 1))).to.equal(true);
  });

  onLinux('uses a slice again only when its item is done and no worker may still read it', () => {
    const offsetOf = (job: RunJob) => (job.payload as SliceData).offset;
    const first = jobOn(memory, Buffer.alloc(MB));
    const at = offsetOf(first);
    expect(offsetOf(jobOn(memory, Buffer.alloc(MB)))).not.to.equal(at);
    first.isAssigned = true;
    done(memory, first);
    expect(offsetOf(jobOn(memory, Buffer.alloc(MB)))).not.to.equal(at);
    first.isAssigned = false;
    done(memory, first);
    expect(offsetOf(jobOn(memory, Buffer.alloc(MB - 1)))).to.equal(at);
  });

  onLinux('copies items on the heap when the file is full', () => {
    const jobs = Array.from({ length: 65 }, () => jobOn(memory, Buffer.alloc(MB, 7)));
    expect(jobs.map(({ payload }) => Buffer.isBuffer(payload))).to.deep.equal([...Array(64).fill(false), true]);
    for (const job of jobs) done(memory, job);
    expect(Buffer.isBuffer(jobOn(memory, Buffer.alloc(17 * MB)).payload)).to.equal(true);
    // All free slices are of another size, so the file is emptied.
    expect(Buffer.isBuffer(jobOn(memory, Buffer.alloc(3 * MB)).payload)).to.equal(false);
  });

  onLinux('writes no more to the file after disable(), and still reads what is there', () => {
    const { payload } = jobOn(memory, Buffer.alloc(MB, 5));
    memory.disable();
    expect(Buffer.isBuffer(jobOn(memory, Buffer.alloc(MB)).payload)).to.equal(true);
    expect((memory.read(payload as never) as Buffer)[0]).to.equal(5);
  });

  onLinux('closes the file if no items are in it', () => {
    const job = jobOn(memory, Buffer.alloc(MB, 3));
    memory.closeIfUnused();
    expect((memory.read(job.payload as never) as Buffer)[0]).to.equal(3);
    done(memory, job);
    memory.closeIfUnused();
    expect((jobOn(memory, Buffer.alloc(MB)).payload as SliceData).offset).to.equal(0);
  });
});

describe('the memory budget of a pool', () => {
  const TMPFS = 0x01021994;
  const EXT4 = 0xef53;
  /** What statfs says of /dev/shm and of the folder for temporary files: type, and free MB. */
  const budgetOf = (workers: number, shm: [number, number] | undefined, temporary: [number, number] | undefined) =>
    memoryBudget(workers, folder => {
      const found = folder === '/dev/shm' ? shm : temporary;
      if (!found) throw new Error('ENOENT');
      const [type, free] = found;
      return { type, bsize: 4_096, blocks: free === 0 ? 0 : 2 ** 30, bavail: (free * MB) / 4_096 } as never;
    });

  onLinux('is an eighth of what is free, half of it for items', () => {
    expect(budgetOf(2, [TMPFS, 64], undefined)).to.deep.equal({
      folder: '/dev/shm',
      itemBytes: 4 * MB,
      regionBytes: MB,
    });
    expect(budgetOf(4, [TMPFS, 64], undefined)).to.include({ itemBytes: 4 * MB, regionBytes: MB / 2 });
  });

  onLinux('has a limit, however much is free', () => {
    for (const free of [0, 100_000]) {
      const budget = budgetOf(2, [TMPFS, free], undefined);
      expect(budget).to.include({ folder: '/dev/shm', regionBytes: 8 * MB });
      expect(budget?.itemBytes).to.be.at.most(64 * MB);
    }
  });

  onLinux('is in another folder in memory if that one has more', () => {
    expect(budgetOf(1, [TMPFS, 16], [TMPFS, 32])?.folder).not.to.equal('/dev/shm');
    expect(budgetOf(1, undefined, [TMPFS, 32])?.folder).not.to.equal('/dev/shm');
    expect(budgetOf(1, [TMPFS, 16], [EXT4, 32])?.folder).to.equal('/dev/shm');
  });

  onLinux('is none if no folder in memory has enough', () => {
    expect(budgetOf(1, [TMPFS, 7], [EXT4, 10_000])).to.equal(undefined);
    expect(budgetOf(1, undefined, undefined)).to.equal(undefined);
  });
});

describe('the memory of a worker, for items that are large together', () => {
  const text = () => ({ text: 'x'.repeat(2_000) });
  let memory: ItemMemory;
  let worker: WorkerMemory;
  beforeEach(() => {
    memory = new ItemMemory(() => memoryBudget(1));
    worker = new WorkerMemory(memory, { concurrency: 1 }, () => {});
  });
  afterEach(() => {
    worker.close();
    memory.close();
  });

  onLinux('writes them into the file, and uses their place again when the batch ends', () => {
    worker.onOpened(true);
    const first = batchOf(memory, text, 100);
    const { together, items } = worker.pack(first, 0);
    expect([together?.type, items]).to.deep.equal(['Buffer', Array(100).fill(null)]);
    const second = batchOf(memory, text, 100);
    expect(worker.pack(second, 0).together?.offset).not.to.equal(together?.offset);
    first.onEnd?.();
    expect(worker.pack(batchOf(memory, text, 100), 0).together?.offset).to.equal(together?.offset);
  });

  it('sends them as a message until the worker has the file, and if they are not large or not all plain', () => {
    const sent = (batch: SentBatch) => worker.pack(batch, 0) as unknown as PlainData;
    expect((sent(batchOf(memory, text, 100)).value as { items: unknown[] }).items).to.have.length(100);
    worker.onOpened(true);
    expect(sent(batchOf(memory, text, 10)).exact).to.equal(false);
    expect(sent(batchOf(memory, () => ({ id: 1 }), 10)).exact).to.equal(true);
    const mixed = batchOf(memory, () => new Map([[1, 'x'.repeat(2_000)]]), 100);
    expect(worker.pack(mixed, 0).items[0]).to.be.instanceOf(Map);
  });
});
