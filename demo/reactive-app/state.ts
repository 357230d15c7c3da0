/** Parent: what the app knows, folded from what happens. Pure. */
import type { ExitStatus, SubprocessError } from 'offspring-rx';
import type { Timestamp } from 'rxjs';
import { type Amount, effortOf } from './deal';
import type { Listing } from './find-files';
import type { HashedFile, HashProgress } from './hash-files';
import type { LoadSample } from './load-sampler';
import type { Unreadable } from './unreadable';

export type AppEvent =
  | { type: 'tick' }
  | { type: 'found'; listing: Listing }
  | { type: 'dealt'; batches: Amount[] }
  | { type: 'spawned'; worker: number; pid: number }
  | { type: 'progress'; worker: number; progress: HashProgress }
  | { type: 'result'; worker: number; hashed: HashedFile[] }
  | { type: 'exited'; worker: number; exit: ExitStatus }
  | { type: 'failed'; error: SubprocessError }
  | { type: 'load'; sample: LoadSample }
  | { type: 'stop'; signal: NodeJS.Signals };

export interface Worker {
  pid: number | null;
  batch: Amount;
  /** What it has gone through. */
  done: Amount;
  /** Files among them that could not be read. */
  skipped: number;
  /** The file that it reads. */
  file: string;
  /** Comes at the end. */
  hashed: HashedFile[];
  exit: ExitStatus | null;
}

/** How much was done at a time. */
export interface Mark extends Amount {
  /** ms since the epoch. */
  at: number;
}

export interface State {
  folder: string;
  phase: 'finding' | 'hashing' | 'ended';
  /** The signal upon which it stops, or has stopped. */
  stop: NodeJS.Signals | null;
  /** ms since the epoch, as are the next two. `hashingSince` is 0 while there is nothing to hash. */
  since: number;
  hashingSince: number;
  now: number;
  found: Amount;
  links: number;
  workers: readonly Worker[];
  unreadable: { count: number; first: readonly Unreadable[] };
  /** What went wrong with the children. */
  failures: readonly string[];
  /** The latest, newest last. */
  marks: readonly Mark[];
  loads: readonly LoadSample[];
  /** 0 to 1, over all samples. */
  meanCpu: { mean: number; samples: number };
}

/** How many marks and loads are kept, and how many of the files that could not be read are named. */
const KEPT = 80;
const NAMED = 10;
/** ms over which a speed is measured. */
const SPEED_OVER = 1_000;

export const nothing: Amount = { files: 0, bytes: 0 };

export const initialState = (folder: string): State => ({
  folder,
  phase: 'finding',
  stop: null,
  since: 0,
  hashingSince: 0,
  now: 0,
  found: nothing,
  links: 0,
  workers: [],
  unreadable: { count: 0, first: [] },
  failures: [],
  marks: [],
  loads: [],
  meanCpu: { mean: 0, samples: 0 },
});

export function reduce(state: State, { value: event, timestamp }: Timestamp<AppEvent>): State {
  if (state.phase === 'ended') return { ...state, ...lateChange(state, event) };
  const now = Math.max(timestamp, state.now);
  return { ...state, since: state.since || now, now, ...change({ ...state, now }, event) };
}

function change(state: State, event: AppEvent): Partial<State> {
  switch (event.type) {
    case 'tick':
      return { marks: append(state.marks, { at: state.now, ...doneBy(state.workers) }) };
    case 'found':
      return {
        found: { files: event.listing.files.length, bytes: event.listing.bytes },
        links: event.listing.links,
        unreadable: { count: event.listing.unreadable.length, first: event.listing.unreadable.slice(0, NAMED) },
      };
    case 'dealt':
      return begin(state, event.batches.map(newWorker));
    case 'spawned':
      return { workers: update(state.workers, event.worker, () => ({ pid: event.pid })) };
    case 'progress':
      return progressed(state, event.worker, event.progress);
    case 'result':
      return { workers: update(state.workers, event.worker, () => ({ hashed: event.hashed })) };
    case 'exited': {
      const workers = update(state.workers, event.worker, () => ({ exit: event.exit, file: '' }));
      return { workers, phase: workers.every(worker => worker.exit) ? 'ended' : 'hashing' };
    }
    case 'failed':
      return { failures: [...state.failures, event.error.message] };
    case 'load':
      return { loads: append(state.loads, event.sample), meanCpu: average(state.meanCpu, event.sample.cpu) };
    case 'stop':
      return { stop: event.signal, phase: state.phase === 'finding' ? 'ended' : state.phase };
  }
}

/** The clock stands still, and what comes now is only told. */
const lateChange = (state: State, event: AppEvent): Partial<State> =>
  event.type === 'stop' || event.type === 'failed' ? { ...change(state, event), phase: 'ended' } : {};

function begin({ now }: State, workers: Worker[]): Partial<State> {
  if (workers.length === 0) return { phase: 'ended' };
  return { phase: 'hashing', workers, hashingSince: now, marks: [{ at: now, ...nothing }] };
}

function progressed({ workers, unreadable }: State, worker: number, progress: HashProgress): Partial<State> {
  const { type } = progress;
  if (type === 'read') {
    const { path, bytes } = progress;
    return { workers: update(workers, worker, ({ done }) => ({ file: path, done: add(done, { files: 0, bytes }) })) };
  }
  const isSkipped = type === 'unreadable';
  return {
    workers: update(workers, worker, ({ done, skipped }) => ({
      done: add(done, { files: 1, bytes: 0 }),
      skipped: skipped + (isSkipped ? 1 : 0),
    })),
    unreadable: isSkipped ? include(unreadable, progress) : unreadable,
  };
}

const newWorker = (batch: Amount): Worker => ({
  pid: null,
  batch,
  done: nothing,
  skipped: 0,
  file: '',
  hashed: [],
  exit: null,
});

const update = (workers: readonly Worker[], index: number, change: (worker: Worker) => Partial<Worker>) =>
  workers.map((worker, at) => (at === index ? { ...worker, ...change(worker) } : worker));

const append = <T>(list: readonly T[], item: T): T[] => [...list, item].slice(-KEPT);

const include = ({ count, first }: State['unreadable'], { path, reason }: Unreadable): State['unreadable'] => ({
  count: count + 1,
  first: count < NAMED ? [...first, { path, reason }] : first,
});

const average = ({ mean, samples }: State['meanCpu'], cpu: number): State['meanCpu'] => ({
  mean: mean + (cpu - mean) / (samples + 1),
  samples: samples + 1,
});

export const add = (a: Amount, b: Amount): Amount => ({ files: a.files + b.files, bytes: a.bytes + b.bytes });

export const amountOf = (files: readonly { size: number }[]): Amount => ({
  files: files.length,
  bytes: files.reduce((bytes, { size }) => bytes + size, 0),
});

export const doneBy = (workers: readonly Worker[]): Amount => workers.map(({ done }) => done).reduce(add, nothing);

/** Share of the effort that is done: 0 to 1. A file may have grown meanwhile. */
export const share = (done: Amount, whole: Amount): number => Math.min(1, effortOf(done) / (effortOf(whole) || 1));

/** A speed per second, from one mark to another. */
export const speedBetween = (from: Mark, to: Mark): Amount => {
  const seconds = (to.at - from.at) / 1_000 || Number.POSITIVE_INFINITY;
  return { files: (to.files - from.files) / seconds, bytes: (to.bytes - from.bytes) / seconds };
};

/** The speed of late, per second. */
export function currentSpeed({ marks, now, workers }: State): Amount {
  const first = marks.find(({ at }) => at >= now - SPEED_OVER);
  return first ? speedBetween(first, { at: now, ...doneBy(workers) }) : nothing;
}

/** The speed of the whole, per second. */
export const meanSpeed = ({ hashingSince, now, workers }: State): Amount =>
  speedBetween({ at: hashingSince, ...nothing }, { at: now, ...doneBy(workers) });
