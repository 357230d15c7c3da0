/** What the words of hosts mean for an item: each output once, whatever was lost or came twice. */
import { expect } from 'chai';
import { InFlight } from '../../../src/bullmq/caller/in-flight';
import { firstAttempt, type WordKind } from '../../../src/bullmq/wire/words';
import { Job } from '../../../src/pool/parent/items/job';

class TestJob extends Job {
  restarts = 0;
  addOutput(): void {}
  setOnlyOutput(): void {}
  restart(): void {
    this.restarts += 1;
  }
  fulfill(): void {}
  reject(): void {}
}

describe('an item in flight', () => {
  const make = () => {
    const job = new TestJob('item');
    const entry = new InFlight(job, 3, 'item');
    const hear = (attempt: number, sequence: number, kind: WordKind = 'output') =>
      entry.hear([3, attempt, sequence, kind, undefined, 0]);
    return { job, entry, hear };
  };

  it('takes outputs in order, and settles when none is missing', () => {
    const { job, hear } = make();
    expect([hear(1, 0), hear(1, 1), hear(1, 2, 'done')]).to.deep.equal(['output', 'output', 'settled']);
    expect(job.restarts).to.equal(0);
  });

  it('settles with its only output', () => {
    const { hear } = make();
    expect(hear(1, 0, 'only')).to.equal('settled');
  });

  it('drops a word that was written twice', () => {
    const { hear } = make();
    expect([hear(1, 0), hear(1, 0), hear(1, 1)]).to.deep.equal(['output', 'nothing', 'output']);
  });

  it('notices a gap, be it before an output or before the end', () => {
    expect(make().hear(1, 1)).to.equal('lost');
    const { hear } = make();
    expect([hear(1, 0), hear(1, 2, 'done')]).to.deep.equal(['output', 'lost']);
  });

  it('restarts with a later attempt, and drops what earlier ones still say', () => {
    const { job, entry, hear } = make();
    expect([hear(1, 0), hear(2, 0), hear(1, 1), hear(2, 1, 'done')]).to.deep.equal([
      ...['output', 'output', 'nothing', 'settled'],
    ]);
    expect(job.restarts).to.equal(1);
    expect(entry.isBegun).to.equal(true);
  });

  it('drops all words from before it was handed in again', () => {
    const { job, entry, hear } = make();
    hear(1, 0);
    entry.again();
    expect(entry).to.include({ id: undefined, epoch: 1 });
    expect([hear(2, 0), hear(1, 1, 'failed')]).to.deep.equal(['nothing', 'nothing']);
    expect(hear(firstAttempt(1) + 1, 0)).to.equal('output');
    expect(job.restarts).to.equal(1);
  });

  it('fails whatever is missing', () => {
    expect(make().hear(1, 7, 'failed')).to.equal('settled');
  });

  it('acknowledges after half of the outputs that may be on their way, or half of the bytes', () => {
    const { entry, hear } = make();
    const acknowledged: number[] = [];
    for (let count = 1; count <= 64; count++) {
      hear(1, count - 1);
      if (entry.mustAcknowledge(0)) acknowledged.push(count);
    }
    expect(acknowledged).to.deep.equal([32, 64]);
    hear(1, 64);
    expect(entry.mustAcknowledge(Buffer.alloc(2 ** 21))).to.equal(true);
    expect(entry.acknowledged).to.equal(65);
  });
});
