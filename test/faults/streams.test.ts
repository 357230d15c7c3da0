/** FAULTS 60: streams that are neither generators nor RxJS's. */
import { expect } from 'chai';
import { isSendError } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { lastValueFrom, toArray } from 'rxjs';
import { fixture } from '../support/fixture';
import { LONG, rows } from '../support/long';
import { outcomeOf } from '../support/outcome';

const streams = fixture<typeof import('../fixtures/streams')>('streams');

describe('60 what run() or work() returns is a stream by its shape', () => {
  for (const name of rows(streams.GOOD, (_, at) => at % 6 === 0)) {
    it(`${name} ${LONG}`, async () => {
      const { exit, messages, value } = await outcomeOf(new streams.Streams(name));
      expect(messages).to.deep.equal([1, 2, 3]);
      expect(value).to.be.oneOf([undefined, 'returned']);
      expect(exit.reason).to.equal('completed');
      await using pool = new WorkerPool(streams.WorksByStream, { workers: 1 });
      expect(await lastValueFrom(pool.map([name, name]).pipe(toArray()))).to.deep.equal([1, 2, 3, 1, 2, 3]);
    });
  }
  it('anything else that would arrive as an empty object is refused', async () => {
    const told = /is an iterable or an Observable, which would arrive as an empty object: return it/;
    await using pool = new WorkerPool(streams.WorksByStream, { workers: 1 });
    for (const name of streams.BAD) {
      const { error } = await outcomeOf(new streams.Streams(name));
      expect(error?.['remote'], name).to.include({ name: 'SendError' });
      expect(error?.message).to.match(told);
      const reason = await pool.run(name).catch(reason => reason);
      expect(isSendError(reason), name).to.equal(true);
      expect(reason.message).to.match(told);
    }
    for (const name of [...streams.BAD, 'an object with an async generator method']) {
      expect(await new streams.EmitsStream(name).result(), name).to.equal('SendError');
    }
  });
  it('an iterator that gives what cannot cross is closed', async () => {
    const { error, messages } = await outcomeOf(new streams.ClosesStream());
    expect(error?.['remote']).to.include({ name: 'SendError' });
    expect(messages).to.deep.equal(['closed']);
  });
});
