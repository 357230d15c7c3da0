/** FAULTS row 22: one side sends faster than the other reads. */
import { expect } from 'chai';
import { firstValueFrom, lastValueFrom, map, toArray } from 'rxjs';
import { fixture } from '../support/fixture';
import { itInFull, LONG, sized } from '../support/long';
import { poll } from '../support/poll';

const { Flood, GoesDeaf, Growth, LastWord, NeverYields, Patient, Pulled, Sevens, Taker, WaitsInBegin } =
  fixture<typeof import('../fixtures/pressure')>('pressure');

const MB = 1024 * 1024;
const KB = 1024;
/** Growth of memory that is allowed, garbage included. Far less than what is sent. */
const SLACK = 32 * MB;

/** Blocks this process, as a long computation would. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('22 one side sends faster than the other reads', function () {
  this.timeout(180_000);

  const commands = sized(800, 2_000);
  it(`${commands} commands of 64 KiB to a child that does not read: send waits, memory is bounded, and all arrive ${LONG}`, async () => {
    const count = commands;
    const task = new Taker(count);
    await firstValueFrom(task.ready$);
    process.kill(task.process?.pid as number, 'SIGSTOP');
    const growth = new Growth();
    let sent = 0;
    const sending = (async () => {
      for (let index = 0; index < count; index++) {
        await task.send({ index, text: '.'.repeat(64 * KB) });
        sent += 1;
        growth.look();
      }
    })();
    // The child is stopped. There is no event for "nothing happens", so the test waits some turns.
    await poll('the first command is on its way', () => task.process !== null);
    for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
    expect(sent).to.equal(0);
    process.kill(task.process?.pid as number, 'SIGCONT');
    await sending;
    const result = await task.result();
    expect(result.inOrder).to.equal(true);
    expect(result.growth).to.be.below(SLACK);
    expect(growth.most).to.be.below(SLACK);
  });

  itInFull(`a child that floods a slow parent: the child waits, and memory of both is bounded ${LONG}`, async () => {
    const [count, size] = [20_000, 8 * KB];
    const task = new Patient(count, size);
    const growth = new Growth(100);
    let arrived = 0;
    let taken = 0;
    let ahead = 0;
    let lastAt = 0;
    const events = task.event$.subscribe(event => {
      if (event.type !== 'message') return;
      arrived += 1;
      lastAt = performance.now();
    });
    for await (const { index } of task.messages()) {
      expect(index).to.equal(taken);
      taken += 1;
      // Reads no more until no more messages arrive. A child that does not wait would have sent all by then.
      if (taken === 1) await poll('the child waits', () => performance.now() - lastAt > 200);
      ahead = Math.max(ahead, arrived - taken);
      if (taken % 10 === 0) await new Promise(resolve => setImmediate(resolve));
      growth.look();
    }
    events.unsubscribe();
    expect(taken).to.equal(count);
    // At most 1 MiB is not acknowledged, and one batch that was begun.
    expect(ahead).to.be.below((2 * MB) / size);
    expect(growth.most).to.be.below(SLACK);
    expect(await task.result()).to.be.below(SLACK);
  });

  it('a generator is not pulled while the parent is behind', async () => {
    const task = new Pulled(20_000, 100);
    let arrived = 0;
    let taken = 0;
    const events = task.event$.subscribe(event => {
      if (event.type === 'message') arrived += 1;
    });
    const messages = task.messages();
    for (; taken < 10; taken++) await messages.next();
    // A child that does not wait would send the rest at once, so more would have arrived after these turns.
    await poll('the window is full', () => arrived > 4_000);
    for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve));
    expect(arrived).to.be.below(5_000);
    for await (const _ of messages) taken += 1;
    events.unsubscribe();
    expect(taken).to.equal(20_000);
  });

  it(`a child that does not await emit() blocks once the pipe is full, and all messages arrive ${LONG}`, async () => {
    const count = sized(20_000, 100_000);
    const task = new Flood(count, KB);
    const indices = lastValueFrom(
      task.message$.pipe(
        map(({ index }) => index),
        toArray(),
      ),
    );
    await firstValueFrom(task.ready$);
    block(500);
    const seen = await indices;
    expect(seen).to.have.length(count);
    expect(seen.every((index, at) => index === at)).to.equal(true);
    expect(await task.result()).to.be.below(SLACK);
  });

  it('messages of a loop that never yields arrive while it runs', async () => {
    const task = new NeverYields();
    let heard = 0;
    let turns = 0;
    task.message$.subscribe(() => {
      heard += 1;
    });
    const result = task.result();
    let isOver = false;
    void result.then(() => {
      isOver = true;
    });
    for (let before = heard; !isOver; before = heard) {
      await new Promise(resolve => setTimeout(resolve, 1));
      if (heard > before) turns += 1;
    }
    expect(turns).to.be.greaterThan(10);
    expect(heard).to.equal(await result);
  });

  itInFull(`messages that are sent before the work stops yielding arrive ${LONG}`, async () => {
    const task = new GoesDeaf();
    for (const word of ['one', 'two', 'three']) expect(await firstValueFrom(task.message$)).to.equal(word);
    await task.shutdown();
  });

  it('begin() may wait for a command, and for room', async () => {
    const task = new WaitsInBegin();
    task.message$.subscribe();
    await task.send('go');
    expect((await task.wait()).reason).to.equal('completed');
  });

  it('a large command arrives as it was at send(), even if it is changed before it is written', async () => {
    const task = new Sevens();
    const bytes = new Uint8Array(300_000).fill(7);
    const sent = task.send(bytes);
    bytes.fill(0);
    await sent;
    expect(await task.result()).to.equal(0);
  });

  it('all messages of an exit listener arrive, although the parent is busy', async () => {
    const task = new LastWord();
    task.result().catch(() => {});
    const messages = lastValueFrom(task.message$.pipe(toArray()));
    await firstValueFrom(task.ready$);
    block(300);
    expect((await messages).at(-1)).to.equal('the last word');
    expect((await task.wait()).reason).to.equal('failed');
  });

  it('a child that waits for room is stopped like any other', async () => {
    const task = new Patient(1_000_000, 100);
    const messages = task.messages();
    await messages.next();
    expect(await task.shutdown()).to.include({ reason: 'stopped', forced: false });
    await messages.return?.();
  });
});

describe('messages()', () => {
  it('gives every message in order, and ends with the process', async () => {
    const seen: number[] = [];
    for await (const { index } of new Patient(500, 10).messages()) seen.push(index);
    expect(seen).to.deep.equal(Array.from({ length: 500 }, (_, at) => at));
  });

  it('leaves the messages that a loop has not read to the next subscriber', async () => {
    const task = new Patient(100, 10);
    await task.wait();
    for await (const { index } of task.messages()) if (index === 41) break;
    expect((await firstValueFrom(task.message$)).index).to.equal(42);
  });

  itInFull(`lets the child go on when the loop is left ${LONG}`, async () => {
    // More than may be unread.
    const task = new Patient(20_000, 100);
    for await (const { index } of task.messages()) if (index === 10) break;
    task.message$.subscribe();
    expect((await task.wait()).reason).to.equal('completed');
  });

  it('allows one loop at a time', async () => {
    const task = new Patient(10, 10);
    const messages = task.messages();
    await messages.next();
    const error = await task
      .messages()
      .next()
      .catch(reason => reason);
    expect(error).to.have.property('name', 'StateError');
    expect(error.message).to.match(/is iterated already.*message\$/);
    await messages.return?.();
    await task.wait();
  });

  it('a loop that is left while it waits ends at once', async () => {
    const task = new Taker(1);
    const messages = task.messages();
    const waiting = messages.next();
    await messages.return?.();
    expect(await waiting).to.deep.equal({ value: undefined, done: true });
    await task.shutdown();
  });

  it('does not keep the parent alive once the loop is left', async () => {
    const task = new Patient(1, 10);
    for await (const _ of task.messages()) break;
    expect((await task.wait()).reason).to.equal('completed');
  });
});
