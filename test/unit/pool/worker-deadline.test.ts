/** When a worker is ended: for an item that takes too long or is canceled, or because it has none. */
import { expect } from 'chai';
import { type TimedWorker, WorkerDeadline } from '../../../src/pool/parent/workers/worker-deadline';
import { now } from '../../../src/util/clock';

const head = (more: object = {}) => ({ settled: false, ...more }) as never;
const LIMITS = { timeout: 10_000, cancelGrace: 1_000, idleTimeout: 10_000, onOverdue() {}, onIdle() {} };

function isOver(worker: Partial<TimedWorker>, limits: Partial<typeof LIMITS> = {}): boolean {
  const all: TimedWorker = { head: undefined, headSince: 0, heeds: false, idleSince: 0, ...worker };
  return new WorkerDeadline(all, { ...LIMITS, ...limits }).isOver;
}

describe('the time of a worker', () => {
  it('is over for an item after the timeout', () => {
    expect(isOver({ head: head(), headSince: now() - 9_000 })).to.equal(false);
    expect(isOver({ head: head(), headSince: now() - 10_001 })).to.equal(true);
  });

  it('without an item is over after idleTimeout', () => {
    expect(isOver({ idleSince: now() - 9_000 })).to.equal(false);
    expect(isOver({ idleSince: now() - 10_001 })).to.equal(true);
  });

  it('for a canceled item is over after cancelGrace, from its cancellation or, later, from its begin', () => {
    const canceled = (ago: number) => head({ settled: true, canceledAt: now() - ago });
    expect(isOver({ head: canceled(900), headSince: now() - 60_000, heeds: true })).to.equal(false);
    expect(isOver({ head: canceled(1_001), headSince: now() - 60_000, heeds: true })).to.equal(true);
    expect(isOver({ head: canceled(1_001), headSince: now() - 500, heeds: true })).to.equal(false);
  });

  it('for a canceled item of which its worker does not hear is over soon', () => {
    const canceled = (ago: number) => head({ settled: true, canceledAt: now() - ago });
    expect(isOver({ head: canceled(20), headSince: now() - 60_000 })).to.equal(false);
    expect(isOver({ head: canceled(60), headSince: now() - 60_000 })).to.equal(true);
    expect(
      isOver({ head: canceled(60), headSince: now() - 60_000 }, { cancelGrace: Number.POSITIVE_INFINITY }),
    ).to.equal(true);
    expect(isOver({ head: canceled(20), headSince: now() - 60_000 }, { cancelGrace: 10 })).to.equal(true);
  });

  it('for a canceled item without a grace is over unless the item is short', () => {
    const canceled = head({ settled: true, canceledAt: now() });
    expect(isOver({ head: canceled, headSince: now() - 10 }, { cancelGrace: 0 })).to.equal(false);
    expect(isOver({ head: canceled, headSince: now() - 21, heeds: true }, { cancelGrace: 0 })).to.equal(true);
  });
});
