/** FAULTS 25, 26, 43, 44: large numbers. */
import { expect } from 'chai';
import { RemoteError, SendError } from 'offspring-rx';
import { firstValueFrom, tap } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG, sized } from '../support/long';
import { outcomeOf } from '../support/outcome';
import { isAlive } from '../support/processes';
import { runNode } from '../support/script';

const many = fixture<typeof import('../fixtures/many')>('many');
const { Endless, EmitsTooMuch, Exchange, Generation, makeParcel, Receipt, Returning, checksum, tooLarge } = many;
const { Answering } = fixture<typeof import('../fixtures/enders')>('enders');

describe('25 100,000 messages of 1 to 70,000 bytes, both ways', function () {
  this.timeout(360_000);
  const count = sized(1_000, 100_000);
  it(`all ${count}, once, in order ${LONG}`, async () => {
    const task = new Exchange(count);
    const receipt = new Receipt();
    const received = firstValueFrom(task.message$).then(() => {});
    task.message$.pipe(tap(parcel => receipt.take(parcel))).subscribe();
    await received;
    for (let from = 0; from < count; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, at) => task.send(makeParcel(from + at))));
    }
    expect(await task.result()).to.deep.equal({ received: count, wrong: 0 });
    expect((await task.wait()).reason).to.equal('completed');
    expect({ ...receipt }).to.deep.equal({ received: count, wrong: 0 });
  });
});

describe('26 a large message', function () {
  // Through sockets that hold 8 KiB, on a busy machine.
  this.timeout(180_000);
  const size = sized(8, 64);
  it(`${size} MiB arrive, both ways ${LONG}`, async () => {
    const bytes = new Uint8Array(size * 1024 * 1024);
    for (let at = 0; at < bytes.length; at += 997) bytes[at] = at;
    const task = new Returning();
    const answer = firstValueFrom(task.message$);
    await task.send(bytes);
    const { sum, bytes: returned } = await answer;
    expect(sum).to.equal(checksum(bytes));
    expect(Buffer.compare(returned, bytes)).to.equal(0);
    expect(await task.result()).to.equal(bytes.length);
  });
  it('more than a frame holds is a SendError in the parent, and the channel still works', async () => {
    const task = new Answering();
    const error = await task.send(tooLarge()).catch(error => error);
    expect(error).to.be.instanceOf(SendError);
    expect(error.message).to.match(/Answering\.send\(\).*bytes are more than/);
    await task.send('small');
    expect(await firstValueFrom(task.message$)).to.equal('small');
    await task.send('stop');
    expect((await task.wait()).reason).to.equal('completed');
  });
  it('more than a frame holds is a SendError in the child, and the channel still works', async () => {
    const { messages, value, exit } = await outcomeOf(new EmitsTooMuch());
    expect(messages).to.have.length(1);
    expect(messages[0]).to.include({ name: 'SendError' });
    expect((messages[0] as Error).message).to.match(/EmitsTooMuch\.emit\(\).*bytes are more than/);
    expect(value).to.equal('still works');
    expect(exit.reason).to.equal('completed');
  });
});

/** With CHILDREN=1000, the long form takes minutes. `npm run bench:reliability` measures a thousand. */
const SEQUENCE = Number(process.env['CHILDREN'] ?? 60);
const AT_ONCE = sized(4, 100);

describe('43 many children', function () {
  this.timeout(240_000 + SEQUENCE * 500);
  for (const [what, count, atOnce] of [
    [`${SEQUENCE}, one after the other`, SEQUENCE, 1],
    [`${AT_ONCE} at a time`, AT_ONCE, AT_ONCE],
  ] as const) {
    const test = atOnce === 1 ? itInFull : it;
    test(`${what}: descriptors, listeners and heap flat ${LONG}`, async () => {
      const script = runNode([fixturePath('scripts/numerous').replace(/js$/, 'cjs'), String(count), String(atOnce)], {
        flags: ['--expose-gc'],
      });
      const { code, stdout, stderr } = await script.ended;
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      const { completed, before, after, warnings } = JSON.parse(stdout);
      expect(completed).to.equal(count);
      expect(warnings).to.deep.equal([]);
      expect(after.descriptors).to.equal(before.descriptors);
      expect(after.listeners).to.deep.equal(before.listeners);
      expect(after.handles).to.equal(before.handles);
      // 10 KB a child would be 2 MB.
      expect(after.heap - before.heap).to.be.below(1024 * 1024);
    });
  }
});

describe('44 children of children', function () {
  this.timeout(60_000);
  itInFull(`of children: each is a process of its own, and none is left ${LONG}`, async () => {
    const task = new Generation(3);
    const pids = await task.result();
    await task.wait();
    expect(pids).to.have.length(4);
    expect(new Set(pids).size).to.equal(4);
    for (const pid of pids) expect(isAlive(pid)).to.equal(false);
  });

  it('a module that would fork forever is stopped at 8 levels, and a StateError explains it', async () => {
    const { exit, error, messages } = await outcomeOf(new Endless());
    expect(Math.max(...(messages as number[]))).to.be.at.most(8);
    expect(exit).to.include({ reason: 'failed', code: 1 });
    expect(error).to.be.instanceOf(RemoteError);
    expect(error?.message).to.match(/children of children are 8 deep/);
    expect(error?.message).to.match(/isChild/);
    const chain: RemoteError[] = [];
    for (let each = error as unknown; each instanceof RemoteError; each = each.cause) chain.push(each);
    expect(chain.map(({ remote }) => remote.name)).to.include('StateError');
  });
});
