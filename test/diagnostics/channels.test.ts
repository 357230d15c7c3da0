/** What is published on the channels of node:diagnostics_channel. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect } from 'chai';
import { type DiagnosticsChannels, Subprocess } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { superviseAll } from 'offspring-rx/supervise';
import { lastValueFrom } from 'rxjs';
import { fixture } from '../support/fixture';

const { Fails, follow, Says, Turns, Works } = fixture<typeof import('../fixtures/channels')>('channels');

const NAMES = ['spawn', 'ready', 'message', 'iteration', 'exit', 'restart', 'item'] as const;
type Name = `offspring-rx:${(typeof NAMES)[number]}`;
type Told = { [N in Name]: [channel: N, payload: DiagnosticsChannels[N]] }[Name];

describe('node:diagnostics_channel', () => {
  let told: Told[] = [];
  const listeners = NAMES.map(name => {
    const channel = `offspring-rx:${name}` as const;
    return [channel, (payload: unknown) => told.push([channel, payload] as Told)] as const;
  });
  const payloads = <N extends Name>(name: N) =>
    told.filter(([channel]) => channel === name).map(([, payload]) => payload as DiagnosticsChannels[N]);

  beforeEach(() => {
    told = [];
    for (const [channel, listener] of listeners) subscribe(channel, listener);
  });
  afterEach(async () => {
    await Subprocess.shutdownAll();
    for (const [channel, listener] of listeners) unsubscribe(channel, listener);
  });

  it('tells of a task: spawn, ready, message and exit, in their order and with the same task', async () => {
    const task = new Says();
    const order: string[] = [];
    task.event$.subscribe(({ type }) => order.push(`${type} after ${told.length}`));
    const exit = await task.wait();
    expect(told.map(([channel]) => channel.replace('offspring-rx:', ''))).to.deep.equal([
      ...['spawn', 'ready', 'message', 'exit'],
    ]);
    // Before the subscribers of the task.
    expect(order).to.include.members(['spawned after 1', 'ready after 2', 'message after 3', 'exited after 4']);
    const { pid } = exit;
    const about = { task, name: 'Says', pid };
    expect(told.map(([, payload]) => payload)).to.deep.equal([
      about,
      about,
      { ...about, message: 'a' },
      { ...about, exit },
    ]);
  });

  it('tells of the turns of a loop, and of a task without a process', async () => {
    await new Turns().wait();
    const created = new Says();
    await created.shutdown();
    expect(payloads('offspring-rx:iteration').map(({ name, index, sleep }) => [name, index, sleep])).to.deep.equal([
      ['Turns', 0, 1],
      ['Turns', 1, false],
    ]);
    expect(payloads('offspring-rx:exit').map(({ name, pid, exit }) => [name, pid === null, exit.reason])).to.deep.equal(
      [
        ['Turns', false, 'completed'],
        ['Says', true, 'not-started'],
      ],
    );
  });

  it('tells of a restart, with the path down to the child', async () => {
    const options = { backoff: { initial: 1, jitter: 0 }, intensity: { restarts: 1 } } as const;
    const children = { above: () => ({ children: { below: () => new Fails() }, options }) };
    await lastValueFrom(superviseAll(children, { intensity: { restarts: 0 } })).catch(() => {});
    const [restart, ...others] = payloads('offspring-rx:restart');
    expect(others).to.deep.equal([]);
    const { exit, error, ...rest } = restart as NonNullable<typeof restart>;
    expect(rest).to.deep.equal({ child: 'below', path: ['above', 'below'], attempt: 2, delay: 1 });
    expect([exit?.reason, error?.message]).to.deep.equal(['failed', exit?.error?.message]);
  });

  it('tells of items: what they were, how they have ended, where and how long', async () => {
    const pool = new WorkerPool(Works, { workers: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const items = [pool.run('a'), pool.run('throw'), pool.run('later'), pool.run('b', { signal })];
    controller.abort();
    const settled = await Promise.allSettled(items);
    await pool.shutdown();
    const reasonOf = (at: number) => (settled[at] as PromiseRejectedResult).reason;
    const of = payloads('offspring-rx:item');
    expect(of.map(({ name, item, status, reason }) => [name, item, status, reason])).to.deep.equal([
      ['Works', 'b', 'canceled', reasonOf(3)],
      ['Works', 'a', 'fulfilled', undefined],
      ['Works', 'throw', 'rejected', reasonOf(1)],
      ['Works', 'later', 'fulfilled', undefined],
    ]);
    const [canceled, ...worked] = of;
    expect(canceled).not.to.have.any.keys('runTime', 'pid');
    for (const { pid, duration, runTime } of worked) {
      expect(pid).to.equal(payloads('offspring-rx:spawn')[0]?.pid);
      expect(runTime).to.be.within(0, duration);
    }
  });

  it('offspring-rx:run is about a task from start to end, and in the child about each method', async () => {
    const { told: own, stop } = follow('offspring-rx:run');
    try {
      const seen = await new Says().result();
      const turns: unknown[] = [];
      const loop = new Turns();
      loop.message$.subscribe(message => turns.push(message));
      await loop.wait();
      const failing = new Fails();
      await failing.result().catch(() => {});
      const { error } = await failing.wait();
      await Subprocess.shutdownAll();
      const about = (...events: string[]) => events.flatMap(each => [`start ${each}`, `end ${each}`]);
      const settled = (each: string) => [`asyncStart ${each}`, `asyncEnd ${each}`];
      expect(own).to.have.members([
        ...about('parent Says', 'parent Turns', 'parent Fails'),
        ...settled('parent Says'),
        ...settled('parent Turns'),
        `error parent Fails ${error?.message}`,
        ...settled(`parent Fails ${error?.message}`),
      ]);
      expect(seen).to.deep.equal(about('child Says run'));
      expect(turns).to.deep.equal([
        [
          ...[...about('child Turns begin'), ...settled('child Turns begin')],
          ...[...about('child Turns loop'), ...settled('child Turns loop')],
          ...[...about('child Turns loop'), ...settled('child Turns loop')],
          'start child Turns end',
        ],
      ]);
    } finally {
      stop();
    }
  });

  it('offspring-rx:work is about an item, in the pool and in its worker', async () => {
    const { told: own, stop } = follow('offspring-rx:work');
    try {
      const pool = new WorkerPool(Works, { workers: 1 });
      await pool.run('a');
      const failure: string = await pool.run('throw').then(String, error => error.message);
      await pool.run('later');
      const inChild = await pool.run('tell');
      await pool.shutdown();
      const whole = (side: string, item: string, error?: string) => {
        const about = `${side} Works ${item}`;
        const failed = error === undefined ? about : `${about} ${error}`;
        return [
          ...[`start ${about}`, `end ${about}`],
          ...(error === undefined ? [] : [`error ${failed}`]),
          ...[`asyncStart ${failed}`, `asyncEnd ${failed}`],
        ];
      };
      const items = (side: string, error: string) => [
        ...[...whole(side, 'a'), ...whole(side, 'throw', error), ...whole(side, 'later')],
      ];
      expect(own).to.deep.equal([...items('parent', failure), ...whole('parent', 'tell')]);
      expect(inChild).to.deep.equal([...items('child', 'of no use'), 'start child Works tell']);
    } finally {
      stop();
    }
  });
});
