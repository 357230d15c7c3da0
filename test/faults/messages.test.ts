/** FAULTS 19 to 28: messages and commands. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { ExitError, ProtocolError, SendError } from 'offspring-rx';
import { ofType } from 'offspring-rx/operators';
import { firstValueFrom, Subject, take, toArray } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { outcomeOf } from '../support/outcome';

const { Answering, BadSender, Ender, Reporter } = fixture<typeof import('../fixtures/enders')>('enders');
const { OwnChannel } = fixture<typeof import('../fixtures/oddities')>('oddities');
const { Echo, Emitter } = fixture<typeof import('../fixtures/tasks')>('tasks');

describe('19 a megabyte, then return', () => {
  it('every message, then the result, then the exit', async () => {
    const task = new Ender('emitsMegabyteThenReturns');
    const order: string[] = [];
    task.event$.subscribe(({ type }) => order.push(type));
    const { exit, value, messages } = await outcomeOf(task);
    expect(messages.map(message => (message as Buffer)[0])).to.deep.equal(Array.from({ length: 16 }, (_, at) => at));
    expect(value).to.equal('returned');
    expect(exit.reason).to.equal('completed');
    expect(order.slice(-3)).to.deep.equal(['message', 'result', 'exited']);
  });
});

describe('20 messages, then process.exit at once', () => {
  it('2,000 of 1 KiB all arrive, and the end is failed', async () => {
    const { exit, messages } = await outcomeOf(new Ender('emitsThenExits'));
    expect(messages.map(message => (message as { index: number }).index)).to.deep.equal([...Array(2_000).keys()]);
    expect(exit).to.include({ reason: 'failed', code: 0 });
  });
  it('one of 1 MiB arrives', async () => {
    const { exit, messages } = await outcomeOf(new Ender('emitsMegabyteThenExits'));
    expect((messages[0] as Buffer).equals(Buffer.alloc(1024 * 1024, 7))).to.equal(true);
    expect(exit.reason).to.equal('failed');
  });
  it('SIGKILL in a flood: whole messages only, in order, and no success', async () => {
    const task = new Ender('floodsUntilKilled');
    const settled = outcomeOf(task);
    await firstValueFrom(task.message$.pipe(take(20), toArray()));
    task.process?.kill('SIGKILL');
    const { exit, messages } = await settled;
    for (const [index, message] of messages.entries()) {
      expect((message as Buffer).equals(Buffer.alloc(1024 * 1024, index % 251))).to.equal(true);
    }
    expect(exit).to.include({ reason: 'killed', signal: 'SIGKILL' });
  });
});

describe('20 SIGKILL in the middle of a message', () => {
  it('of 50 MB: no half of it, no success', async () => {
    const task = new Ender('emitsFiftyMegabytes');
    task.message$.pipe(take(1)).subscribe(() => {
      // While this process does not read, the child cannot finish the message.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      process.kill(task.process?.pid as number, 'SIGKILL');
    });
    const { exit, error, messages } = await outcomeOf(task);
    expect(messages).to.deep.equal(['soon']);
    expect(exit).to.include({ reason: 'killed', signal: 'SIGKILL' });
    expect(error).to.be.instanceOf(ExitError);
  });
});

describe('21 send to a child that has ended', () => {
  it('is a SendError that names the class, after exit and in an exit listener', async () => {
    const task = new Echo(1);
    const send = () => (task as any).send('late').catch((error: unknown) => error) as Promise<unknown>;
    const inListener = new Promise<unknown>(resolve => {
      task.exit$.subscribe(() => resolve(send()));
    });
    // Node's own event comes before this library's.
    const inNodes = new Promise<unknown>(resolve => {
      task.event$.pipe(ofType('spawned')).subscribe(() => task.process?.prependListener('exit', () => resolve(send())));
    });
    await task.wait();
    for (const error of [await inListener, await inNodes, await send()]) {
      expect(error).to.be.instanceOf(SendError);
      expect((error as Error).message).to.match(/Echo\.send\(\): the child has ended/);
    }
  });
  it('is a SendError if the child was just killed', async () => {
    const task = new Answering();
    await firstValueFrom(task.ready$);
    task.process?.kill('SIGKILL');
    const sent = await Promise.allSettled(Array.from({ length: 50 }, () => task.send('x'.repeat(64 * 1024))));
    await task.result().catch(() => {});
    const rejected = sent.filter(each => each.status === 'rejected');
    expect(rejected.length).to.be.greaterThan(0);
    for (const { reason } of rejected) expect(reason).to.be.instanceOf(SendError);
  });
});

describe('23 what cannot be sent', () => {
  it('is a SendError in the child that names the path, and the channel is still usable', async () => {
    const { value, messages } = await outcomeOf(new BadSender());
    const errors = Object.fromEntries((messages as { name: string; error: string }[]).map(each => [each.name, each]));
    for (const name of ['function', 'nested', 'proxy', 'promise', 'symbol', 'url', 'module', 'getter']) {
      expect(errors[name], name).to.include({ error: 'SendError' });
    }
    expect(errors['nested']).to.have.property('message').that.includes('message.deep[0].callback is a function');
    expect(errors['url']).to.have.property('message').that.includes('message.home is an instance of URL');
    expect(value).to.equal('still works');
  });
  it('is a SendError in the parent, and the channel is still usable', async () => {
    const task = new Answering();
    for (const [bad, told] of [
      [() => {}, /command is a function/],
      [{ a: [new Proxy({}, {})] }, /command\.a\[0\] is a Proxy/],
      [Promise.resolve(), /command is a Promise/],
      [new URL('http://localhost'), /URL.*empty object/],
    ] as const) {
      const error = await task.send(bad).catch(error => error);
      expect(error).to.be.instanceOf(SendError);
      expect(error.message).to.match(told);
    }
    await task.send('good');
    expect(await firstValueFrom(task.message$)).to.equal('good');
    await task.send('stop');
    expect(await task.result()).to.equal('stopped');
  });
  it('a result that cannot be sent is a RemoteError with the path', async () => {
    const { error } = await outcomeOf(new Reporter('badResult'));
    expect(error?.message).to.match(/the result\.callback is a function/);
  });
});

describe('24 any value', () => {
  const cycle: Record<string, unknown> = { name: 'cycle' };
  cycle['self'] = cycle;
  const values: unknown[] = [
    undefined,
    null,
    '',
    0n,
    Number.NaN,
    -0,
    new Map([[{ a: 1 }, new Set([1])]]),
    new Set(['a', { b: 2 }]),
    new Date(0),
    /x/giu,
    cycle,
    { one: new Uint8Array([1, 2]), two: new Uint8Array([3, 4]) },
    new Float64Array([1.5]),
    Buffer.from('buffer'),
    new DataView(new ArrayBuffer(3)),
    { cmd: 'NODE_x' },
    JSON.parse('{ "__proto__": { "polluted": true } }'),
    { type: 'exited' },
    new Error('as a value'),
  ];
  it('arrives the same: as a field, as a message, as a command', async () => {
    const { messages } = await outcomeOf(new Emitter(...values));
    const task = new Answering();
    for (const value of values) await task.send(value);
    await task.send('stop');
    const answered = (await outcomeOf(task)).messages;
    for (const received of [messages, answered]) {
      expect(received).to.have.length(values.length);
      expect(received).to.deep.equal(values);
      expect(Object.is(received[5], -0)).to.equal(true);
      const { one, two } = received[11] as { one: Uint8Array; two: Uint8Array };
      expect(one.buffer).not.to.equal(two.buffer);
      expect(Buffer.isBuffer(received[13])).to.equal(true);
      expect(Object.hasOwn(received[16] as object, '__proto__')).to.equal(true);
      expect((received[16] as { polluted?: boolean }).polluted).to.equal(undefined);
    }
  });
});

describe('27 what a subscriber does', () => {
  it('subscribing in complete, unsubscribing in next, take(1) and shutdown in next do no harm', async () => {
    const task = new Ender('floodsUntilKilled');
    const inComplete = new Promise(resolve => {
      task.state$.subscribe({ complete: () => task.exit$.subscribe(resolve) });
    });
    const other: unknown[] = [];
    task.event$.subscribe(event => other.push(event.type));
    const unsubscribed = new Subject<number>();
    let taken = 0;
    const subscription = task.message$.subscribe(() => {
      taken += 1;
      subscription?.unsubscribe();
      unsubscribed.next(taken);
    });
    const ended = new Promise(resolve => {
      task.message$.pipe(take(1)).subscribe(() => resolve(task.shutdown()));
    });
    expect(await ended).to.include({ reason: 'stopped' });
    expect(await inComplete).to.equal(await task.wait());
    expect(taken).to.equal(1);
    expect(other.at(-1)).to.equal('exited');
  });
  it('a subscriber that throws leaves other subscribers and the child unharmed', async () => {
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const thrown: unknown[] = [];
    process.on('uncaughtException', error => thrown.push(error));
    const task = new Emitter(1, 2, 3);
    const others: unknown[] = [];
    task.message$.subscribe(() => {
      throw new Error('the subscriber’s own');
    });
    task.message$.subscribe(message => others.push(message));
    expect((await task.wait()).reason).to.equal('completed');
    await new Promise(resolve => setTimeout(resolve, 1));
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
    expect(others).to.deep.equal([1, 2, 3]);
    expect(thrown.length).to.be.greaterThan(0);
  });
});

describe('28 misplaced frames', () => {
  for (const way of ['unknownReport', 'secondReady', 'resultAfterDone'] as const) {
    it(`${way}: a ProtocolError, and the state never goes back`, async () => {
      const task = new Reporter(way);
      const { exit, states } = await outcomeOf(task);
      expect(exit.error).to.be.instanceOf(ProtocolError);
      expect(exit.reason).to.equal('failed');
      expect(states).to.deep.equal(['created', 'starting', 'running', 'exited']);
    });
  }
  it('a frame of an unknown version: a ProtocolError', async () => {
    const { exit } = await outcomeOf(new Ender('writesUnknownVersion'));
    expect(exit.error).to.be.instanceOf(ProtocolError);
    expect(exit.error?.message).to.match(/protocol version 99/);
  });
});

describe('28 the APIs and descriptors of Node are left alone', () => {
  /** 3 is the library's; on 0 to 2 are the standard streams. */
  const alone = { messages: 0, send: 'undefined', connected: false, answer: 'ping pong' };
  it('process.send, process.on("message"), descriptors and fork() in a child', async () => {
    const seen = await new OwnChannel().result();
    expect(seen).to.deep.include(alone);
    expect(seen.opened).to.be.greaterThan(3);
  });
  it('the channel of a parent that was itself forked, which its children do not see', async () => {
    const script = fork(fixturePath('scripts/forked').replace(/js$/, 'cjs'));
    script.send('to the parent');
    const [{ message, seen }] = (await once(script, 'message')) as [{ message: string; seen: object }];
    expect(message).to.equal('to the parent');
    expect(seen).to.deep.include(alone);
    expect(await once(script, 'exit')).to.deep.equal([0, null]);
  });
});
