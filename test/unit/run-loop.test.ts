/** The order of begin, loop and end, and how a stop and a crash break into it. */
import { expect } from 'chai';
import { Crash } from '../../src/child/crash';
import { type LoopConfig, runLoop } from '../../src/child/loop/run-loop';
import { StopRequest } from '../../src/child/stop';
import type { Iteration } from '../../src/model/types';
import type { LoopOutcome } from '../../src/subprocess-loop';

interface Stages {
  begin?(): unknown;
  loop?(turn: number): LoopOutcome | Promise<LoopOutcome>;
  end?(): unknown;
}

/** Runs a loop of these stages, which ends at its third turn unless they say otherwise. */
function run({ begin, loop, end }: Stages) {
  const notes: string[] = [];
  const iterations: Iteration[] = [];
  const stop = new StopRequest({
    onAsked: () => notes.push('stop'),
    onHandled() {},
    enter: tell => tell(),
  });
  const crash = new Crash();
  let turns = 0;
  const stages = {
    begin: () => begin?.() as void,
    loop: () => (loop ? loop(turns++) : turns++ < 2 && 0),
    end: () => end?.() as void,
  };
  const config: LoopConfig = {
    stop,
    crash,
    defaultSleep: 1,
    async call<T>(stage: string, work: () => T): Promise<Awaited<T>> {
      notes.push(stage);
      return await work();
    },
    begun: () => notes.push('begun'),
    iterated: iteration => {
      notes.push(`told ${iteration.sleep}`);
      iterations.push(iteration);
    },
  };
  return { notes, iterations, stop, crash, ended: runLoop(stages, config) };
}

const nextMacrotask = () => new Promise<void>(resolve => setImmediate(resolve));
const never = () => new Promise<never>(() => {});
const messageOf = (promise: Promise<unknown>) => promise.then(String, error => (error as Error).message);
const fail = (message: string) => () => {
  throw new Error(message);
};

describe('runLoop', () => {
  it('begin, turns, end; each turn is told of before its sleep', async () => {
    const { notes, iterations, ended } = run({});
    expect(await ended).to.equal(true);
    expect(notes).to.deep.equal([
      ...['begin', 'begun', 'loop', 'told 0', 'loop', 'told 0', 'loop', 'told false'],
      'end',
    ]);
    expect(iterations.map(({ index }) => index)).to.deep.equal([0, 1, 2]);
    for (const { duration } of iterations) expect(duration).to.be.within(0, 1_000);
  });

  it('asked to stop before it begins: begin and end, no turn', async () => {
    const { notes, stop, ended } = run({});
    stop.ask();
    expect(await ended).to.equal(false);
    expect(notes).to.deep.equal(['begin', 'stop', 'begun', 'end']);
  });

  it('asked to stop in a turn: that turn is over and told of, and no sleep follows', async () => {
    const { notes, stop, ended } = run({
      loop() {
        stop.ask();
        return 1e6;
      },
    });
    expect(await ended).to.equal(false);
    expect(notes).to.deep.equal(['begin', 'begun', 'loop', 'stop', 'told 1000000', 'end']);
  });

  it('asked to stop asleep: end follows, though not inside the call that asks', async () => {
    const { notes, iterations, stop, ended } = run({ loop: () => 1e6 });
    while (iterations.length === 0) await nextMacrotask();
    stop.ask();
    expect(notes).to.deep.equal(['begin', 'begun', 'loop', 'told 1000000', 'stop']);
    expect(await ended).to.equal(false);
    expect(notes.at(-1)).to.equal('end');
  });

  it('a stop that is asked for after the loop has ended by itself changes nothing', async () => {
    const { stop, ended } = run({ end: () => stop.ask() });
    expect(await ended).to.equal(true);
  });

  for (const stage of ['begin', 'loop', 'end'] as const) {
    it(`${stage} throws: that is the error, and end is called once`, async () => {
      const { notes, ended } = run({ [stage]: fail(`${stage} failed`) });
      expect(await messageOf(ended)).to.equal(`${stage} failed`);
      expect(notes.filter(note => note === 'end')).to.have.lengthOf(1);
      expect(notes.at(-1)).to.equal('end');
    });
    it(`a crash in ${stage}, which never settles: that is the error, and end is called once`, async () => {
      const { notes, crash, ended } = run({ [stage]: never });
      while (notes.at(-1) !== stage) await nextMacrotask();
      crash.raise(new Error('crashed'));
      expect(await messageOf(ended)).to.equal('crashed');
      expect(notes.filter(note => note === 'end')).to.have.lengthOf(1);
      expect(crash.missed).to.equal(undefined);
    });
  }

  it('a crash asleep: the error is the first that was raised', async () => {
    const { notes, iterations, crash, ended } = run({ loop: () => 1e6 });
    while (iterations.length === 0) await nextMacrotask();
    crash.raise(new Error('first'));
    crash.raise(new Error('second'));
    expect(notes.at(-1)).to.equal('told 1000000');
    expect(await messageOf(ended)).to.equal('first');
    expect(notes.at(-1)).to.equal('end');
  });

  it('a turn that a crash has left is neither told of nor followed when it is over after all', async () => {
    let over = (_: LoopOutcome) => {};
    const turn = new Promise<LoopOutcome>(resolve => {
      over = resolve;
    });
    const { notes, crash, ended } = run({ loop: () => turn });
    while (notes.at(-1) !== 'loop') await nextMacrotask();
    crash.raise(new Error('crashed'));
    expect(await messageOf(ended)).to.equal('crashed');
    over(0);
    await nextMacrotask();
    await nextMacrotask();
    expect(notes).to.deep.equal(['begin', 'begun', 'loop', 'end']);
  });

  it('end fails too: a warning, and the first error', async () => {
    const warned = new Promise<Error>(resolve => process.once('warning', resolve));
    const { ended } = run({ loop: fail('loop failed'), end: fail('end failed') });
    expect(await messageOf(ended)).to.equal('loop failed');
    expect(await warned).to.include({
      message: 'end() failed too, after the error that is reported: Error: end failed',
      code: 'OFFSPRING_END',
    });
  });

  it('what is raised afterwards is missed, not swallowed', async () => {
    const { crash, ended } = run({});
    await ended;
    const error = new Error('late');
    crash.raise(error);
    expect(crash.missed).to.deep.equal({ error });
  });

  it('turns do not overlap, however long they take', async () => {
    let running = 0;
    let most = 0;
    const { ended } = run({
      async loop(turn) {
        running += 1;
        most = Math.max(most, running);
        for (let wait = turn % 3; wait > 0; wait--) await nextMacrotask();
        running -= 1;
        return turn < 20 && (turn % 2) / 2;
      },
    });
    expect(await ended).to.equal(true);
    expect(most).to.equal(1);
  });

  it('waits for a stop once at a time, and for none when it is over', async () => {
    let waiting = 0;
    let most = 0;
    const { stop, ended } = run({ loop: turn => turn < 100 && 0 });
    const whenAsked = stop.whenAsked.bind(stop);
    stop.whenAsked = call => {
      most = Math.max(most, ++waiting);
      const forget = whenAsked(call);
      return () => {
        waiting -= 1;
        forget();
      };
    };
    await ended;
    expect([most, waiting]).to.deep.equal([1, 0]);
  });
});
