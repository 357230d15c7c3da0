/** FAULTS 68: one signal serves many operations. */
import { expect } from 'chai';
import { WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { fixture } from '../support/fixture';

const { HandsOut, HandsOutInALoop, HandsOutToItems } = fixture<typeof import('../fixtures/signals')>('signals');

describe('68 this.signal is given to 50 operations', () => {
  it('there is no warning of a leak, in run()', async () => {
    expect(await new HandsOut().result()).to.deep.equal([]);
  });
  it('there is none in a loop', async () => {
    expect(await firstValueFrom(new HandsOutInALoop().message$)).to.deep.equal([]);
  });
  it('there is none in a worker of a pool', async () => {
    await using pool = new WorkerPool(HandsOutToItems, { workers: 1 });
    expect(await pool.run(1)).to.deep.equal([]);
  });
  it('nor is there one in the parent, where 50 items have one signal', async () => {
    const warnings: string[] = [];
    const warned = (warning: Error) => warnings.push(warning.name);
    process.on('warning', warned);
    await using pool = new WorkerPool(HandsOutToItems, { workers: 1 });
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 50 }, () => pool.run(1, { signal })));
    await lastValueFrom(pool.map([1, 2]).pipe(toArray()));
    process.off('warning', warned);
    expect(warnings).to.deep.equal([]);
  });
});
