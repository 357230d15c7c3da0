/** FAULTS 25, 43: large numbers, through a pool. */
import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { WorkerPool } from 'offspring-rx/pool';
import { fixture } from '../support/fixture';
import { LONG, sized } from '../support/long';

const { Echoing, Naming } = fixture<typeof import('../fixtures/pool')>('pool');
const { makeParcel, Receipt } = fixture<typeof import('../fixtures/many')>('many');

describe('25 50,000 items of 1 to 70,000 bytes, there and back', function () {
  this.timeout(180_000);
  const count = sized(500, 50_000);
  it(`each of ${count} gives one output, in order ${LONG}`, async () => {
    await using pool = new WorkerPool(Echoing, { workers: 2 });
    const receipt = new Receipt();
    function* parcels() {
      for (let index = 0; index < count; index++) yield makeParcel(index);
    }
    for await (const parcel of pool.map(parcels())) receipt.take(parcel as never);
    expect(receipt).to.include({ received: count, wrong: 0 });
  });
});

describe('43 100 workers, one after the other, 4 at a time', function () {
  this.timeout(180_000);
  const count = sized(4, 100);
  it(`${count} of them leave descriptors flat, and warn of nothing ${LONG}`, async () => {
    const warnings: string[] = [];
    const warn = (warning: Error) => warnings.push(`${warning.name}: ${warning.message}`);
    process.on('warning', warn);
    const opened = () => readdirSync('/dev/fd').length;
    await using pool = new WorkerPool(Naming, { workers: 4, recycleAfter: 1 });
    const pids = new Set<number>();
    let most = 0;
    for await (const pid of pool.map(Array.from({ length: count }))) {
      pids.add(pid);
      // Those that are ending may not have ended yet.
      if (pids.size === 20) most = opened() + 40;
      if (pids.size > 20) expect(opened()).to.be.below(most);
    }
    process.off('warning', warn);
    expect(pids.size).to.equal(count);
    expect(warnings).to.deep.equal([]);
  });
});
