/** FAULTS 57 to 59: values that V8 writes, but that do not arrive as they were. */
import { expect } from 'chai';
import { isSendError } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { fixture } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { outcomeOf } from '../support/outcome';
import { startFails } from '../support/start-fails';

const values = fixture<typeof import('../fixtures/values')>('values');
const { facts, make, nested } = values;

/** Sends values that cannot cross in every way: it is refused where it is sent, and everything else goes on. */
function isRefused(names: string[], told: RegExp) {
  it(`a message ${LONG}`, async () => {
    for (const Type of [values.Emits, values.Yields]) {
      for (const name of names) {
        const { exit, value, messages } = await outcomeOf(new Type(name));
        expect(value, name).to.include({ name: 'SendError' }).and.to.have.property('message').that.matches(told);
        expect(messages, name).to.deep.equal(['still here']);
        expect(exit.reason).to.equal('completed');
      }
    }
  });
  it(`a command ${LONG}`, async () => {
    const task = new values.Relays();
    const settled = outcomeOf(task);
    for (const name of names) {
      const error = await task.send(make(name)).catch(error => error);
      expect(isSendError(error), name).to.equal(true);
      expect(error.message).to.match(told);
    }
    await task.send('good');
    await task.send('stop');
    const { exit, messages } = await settled;
    expect(messages).to.deep.equal(['good']);
    expect(exit.reason).to.equal('completed');
  });
  it(`a result ${LONG}`, async () => {
    for (const name of names) {
      const { exit, error } = await outcomeOf(new values.Returns(name));
      expect(error?.['remote'], name).to.include({ name: 'SendError' });
      expect(error?.message).to.match(told);
      expect(exit).to.include({ reason: 'failed', code: 1 });
    }
  });
  it(`a field ${LONG}`, async () => {
    // An instance of a class is refused as one.
    const fields = names.filter(name => !name.includes('class instance'));
    for (const name of fields) await startFails(new values.Holds(make(name)), 'snapshot', told);
  });
  it(`an item of a pool and its output, each among others ${LONG}`, async () => {
    await using pool = new WorkerPool(values.Gives, { workers: 1 });
    const pid = await pool.run('pid');
    const all = names.flatMap(name => [pool.run(make(name)), pool.run(1), pool.run(name), pool.run(2)]);
    const settled = await Promise.allSettled(all);
    for (const [at, each] of settled.entries()) {
      if (each.status === 'fulfilled') expect(each.value).to.equal(at % 4 === 1 ? 1 : 2);
      else {
        expect(at % 2, names[Math.floor(at / 4)]).to.equal(0);
        expect(isSendError(each.reason), String(each.reason)).to.equal(true);
        expect(each.reason.message).to.match(told);
      }
    }
    expect(await pool.run('pid')).to.equal(pid);
  });
  it(`one of several outputs ${LONG}`, async () => {
    await using pool = new WorkerPool(values.GivesMany, { workers: 1 });
    for (const name of names) {
      const outputs: unknown[] = [];
      const error = await new Promise(resolve => {
        pool.map([name]).subscribe({ next: output => outputs.push(output), error: resolve });
      });
      expect(isSendError(error), name).to.equal(true);
      expect(outputs).to.deep.equal(['before']);
    }
    expect(((await pool.run('an error with a name')) as unknown as unknown[]).at(-1)).to.equal('after');
  });
}

describe('57 a value that is nested too deep', () => {
  const told = /nested more than 1000 levels deep.*: make it less deep/;
  const mixed = values.SHAPES.map((shape, at) => `nested ${[1_005, 2_500, 100_000][at % 3]} ${shape}`);
  isRefused(
    rows(mixed, (_, at) => at === 0),
    told,
  );

  itInFull(`arrives if it is not that deep ${LONG}`, async () => {
    const task = new values.Relays();
    const settled = outcomeOf(task);
    const sent = values.SHAPES.map(shape => nested(shape, 990));
    for (const value of sent) await task.send(value);
    await task.send('stop');
    const { exit, messages } = await settled;
    expect(exit.reason).to.equal('completed');
    expect(messages.length).to.equal(sent.length);
  });
  it('in the data of an error: it is left out', async () => {
    const error = Object.assign(new Error('x'), { deep: nested('object', 5_000), code: 1 });
    const task = new values.Relays();
    const settled = outcomeOf(task);
    await task.send({ error });
    await task.send('stop');
    const [message] = (await settled).messages as [{ error: Record<string, unknown> }];
    expect(message.error).to.include({ message: 'x', code: 1 }).and.not.to.have.property('deep');
  });
});

describe('58 an error', () => {
  for (const name of rows(values.ERRORS, (_, at) => at === 6)) {
    const expected = facts(make(name));
    /** The stacks differ, as the values are made in different places. */
    const withoutStacks = (told: unknown) =>
      JSON.parse(
        JSON.stringify(told, (key, value) => {
          if (key === 'stack') return typeof value;
          return typeof value === 'bigint' ? `${value}n` : value;
        }),
      );
    const same = (arrived: unknown) => expect(withoutStacks(arrived)).to.deep.equal(withoutStacks(expected));

    it(`${name}: as a message, a command, a result, a field, an item and an output ${LONG}`, async () => {
      const task = new values.Relays();
      const relayed = outcomeOf(task);
      await task.send(make(name));
      await task.send('stop');
      same(facts((await relayed).messages[0]));
      same(facts((await outcomeOf(new values.Returns(name))).value));
      same((await outcomeOf(new values.Holds(make(name)))).value);
      await using pool = new WorkerPool(values.Gives, { workers: 1 });
      same(facts(await pool.run(make(name))));
      same(facts(await pool.run(name)));
    });
  }

  it('that is thrown keeps the name, fields and errors of each cause, in JSON and in v8’s format', async () => {
    const { error } = await outcomeOf(new values.Throws('a cause with a name'));
    expect((error as any).cause.remote).to.deep.include({ name: 'NotFoundError', data: { code: 404 } });
    const aggregate = (await outcomeOf(new values.Throws('an AggregateError'))).error;
    expect(aggregate?.['errors'][0].remote).to.deep.include({ name: 'NotFoundError', data: { code: 404 } });
    const listing = (await outcomeOf(new values.Throws('an error with data that cannot cross'))).error;
    const { data } = (listing as any).remote.data;
    expect(data.bytes).to.deep.equal(new Uint8Array([1, 2]));
    expect(data.inner).to.include({ name: 'NotFoundError', message: 'in the data', code: 404 });
    const plain = (await outcomeOf(new values.Throws('a TypeError with fields'))).error;
    expect(plain?.['remote'].data).to.deep.equal({ code: 'E_NO', data: { at: [1, 2n] } });
  });

  it('that is its own cause, with an object between, is refused', async () => {
    const error = new Error('around');
    error.cause = { list: [error] };
    const task = new values.Relays();
    const settled = outcomeOf(task);
    const told = await task.send(error).catch(reason => reason);
    expect(isSendError(told)).to.equal(true);
    expect(told.message).to.match(/command\.cause\.list\[0\] is an Error that is its own cause/);
    await task.send('stop');
    expect((await settled).exit.reason).to.equal('completed');
  });
});

describe('59 a view of memory that threads share', () => {
  isRefused(
    rows(values.SHARED, (_, at) => at === 4),
    /is a view of a SharedArrayBuffer: .*send a copy/,
  );
});

describe('a value that is larger than one frame', () => {
  const told =
    /cannot be serialized \(RangeError: 1073741825 bytes are more than the 1073741824 that one frame holds\)/;

  it('as a message: emit() rejects with a SendError, and the next one arrives', async () => {
    const { exit, value, messages } = await outcomeOf(new values.Emits('too large'));
    expect(value).to.include({ name: 'SendError' }).and.to.have.property('message').that.matches(told);
    expect(messages).to.deep.equal(['still here']);
    expect(exit.reason).to.equal('completed');
  });

  it('as the result: the task fails with a SendError', async () => {
    const { exit, error } = await outcomeOf(new values.Returns('too large'));
    expect(error?.['remote']).to.include({ name: 'SendError' });
    expect(error?.message)
      .to.match(/Returns\.run\(\): the result cannot be serialized/)
      .and.to.match(told);
    expect(exit).to.include({ reason: 'failed', code: 1 });
  });
});
