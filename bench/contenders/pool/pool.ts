/** A pool of workers, and what is done with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../../suite/group';
import { CPU_TIME, type Work } from './work';

export const WORKERS = 2;
/** ms in which nothing is asked for before each item. */
const IDLE = 3;
/** Bytes. */
export const LARGE = 2 ** 20;

export interface Pool {
  run(work: Work, item: unknown): Promise<unknown>;
  /** All items, where the pool has a way for that; resolves with how many came back. */
  all?(work: Work, items: unknown[]): Promise<number>;
  close(): unknown;
}

export interface PoolKind {
  name: string;
  /** `serialization`: what Buffers need where the default is JSON. */
  open(serialization: 'advanced' | undefined): Promise<Pool>;
}

export type Job = (pool: Pool, count: number) => Promise<number>;

export const pooling = (kind: PoolKind, job: Job): Contender => ({
  name: kind.name,
  async open(count) {
    const pool = await kind.open(job === large ? 'advanced' : undefined);
    return { measure: () => job(pool, count), close: () => pool.close() };
  },
});

/** Tiny items per second. */
export const tiny: Job = (pool, count) =>
  rate(
    pool,
    'increment',
    Array.from({ length: count }, (_, index) => index),
  );

/** Items of 1 MB per second, there and back. */
export const large: Job = async (pool, count) => {
  const buffer = Buffer.alloc(LARGE, 7);
  return rate(
    pool,
    'echo',
    Array.from({ length: count }, () => buffer),
  );
};

/** Objects per second, there and back: ten fields, one of them a text that makes up the size. */
export const objects =
  (bytes: number): Job =>
  (pool, count) =>
    rate(
      pool,
      'echo',
      Array.from({ length: count }, (_, index) => record(index, bytes)),
    );

const record = (index: number, bytes: number) => ({
  id: index,
  name: `visitor ${index}`,
  age: index % 90,
  score: index / 7,
  isMember: index % 2 === 0,
  invitedBy: null,
  at: 1_700_000_000_000 + index,
  place: { x: index % 1_000, y: 0.5 },
  tags: ['a', 'b'],
  // The other fields have about 150 bytes as JSON.
  note: 'n'.repeat(Math.max(0, bytes - 150)),
});

/** Texts per second, there and back. */
export const texts =
  (length: number): Job =>
  (pool, count) =>
    rate(
      pool,
      'echo',
      Array.from({ length: count }, (_, index) => String(index).padEnd(length, 'text ')),
    );

/** How near to the ideal items come that take the processor for some ms, in percent. */
export const busy: Job = async (pool, count) => {
  const perSecond = await rate(
    pool,
    'burn',
    Array.from({ length: count }, () => CPU_TIME),
  );
  return (perSecond / ((1_000 / CPU_TIME) * WORKERS)) * 100;
};

/** The milliseconds of one item while nothing else is to be done; the mean of so many. */
export const latency: Job = async (pool, count) => {
  let time = 0;
  for (let index = 0; index < count; index++) {
    await sleep(IDLE);
    const start = performance.now();
    await pool.run('increment', index);
    time += performance.now() - start;
  }
  return time / count;
};

async function rate(pool: Pool, work: Work, items: unknown[]): Promise<number> {
  const start = performance.now();
  const all = pool.all ? pool.all(work, items) : Promise.all(items.map(item => pool.run(work, item)));
  const done = await all;
  const count = typeof done === 'number' ? done : done.length;
  if (count !== items.length) throw new Error(`${count} of ${items.length} items came back`);
  return (count / (performance.now() - start)) * 1_000;
}
