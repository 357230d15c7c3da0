/** The sleep of a loop, in virtual time, by clocks that go wrong as real ones do. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { lastValueFrom, map } from 'rxjs';
import { type Clocks, sleep } from '../../src/child/loop/sleep';
import { marbles } from './support';

const HOUR = 3_600_000;

/** The virtual ms after which a sleep emits, and those after which it completes. */
function wakes(ms: number, clocksAt: (time: number) => { now: number; date: number }): number[] {
  const seen: number[] = [];
  marbles((_, scheduler) => {
    const clocks: Clocks = {
      now: () => clocksAt(scheduler.now()).now,
      date: () => Math.floor(clocksAt(scheduler.now()).date),
    };
    const seeTime = () => void seen.push(scheduler.now());
    sleep(ms, clocks).subscribe({ next: seeTime, complete: seeTime });
  });
  return seen;
}

const exact = (time: number) => ({ now: 1_000.25 + time, date: 5_000.5 + time });

describe('sleep', () => {
  for (const [ms, wake] of [
    [1, 1],
    [50, 50],
    [1.9, 2],
    [0.001, 1],
    [10.7, 11],
  ] as const) {
    it(`${ms} ms: once, after ${wake} ms, since a timer counts in whole ms`, () => {
      expect(wakes(ms, exact)).to.deep.equal([wake, wake]);
    });
  }

  for (const [ms, timers] of [
    [2 ** 31 - 1, 1],
    [2 ** 31, 2],
    [1e10, 5],
  ] as const) {
    it(`${ms} ms: by ${timers} of the longest timers that Node has`, () => {
      let looks = 0;
      const counted = (time: number) => {
        looks += 1;
        return exact(time);
      };
      expect(wakes(ms, counted)).to.deep.equal([ms, ms]);
      // Two clocks, at the begin and after each timer.
      expect(looks).to.equal(2 * (1 + timers));
    });
  }

  it('waits for the rest where a timer fires early', () => {
    // After the first timer, half a ms is missing.
    const early = (time: number) => ({ now: time === 10 ? 9.5 : time, date: time });
    expect(wakes(10, early)).to.deep.equal([11, 11]);
  });

  it('again and again, if need be', () => {
    expect(wakes(100, time => ({ now: time * 0.9, date: time }))).to.deep.equal([112, 112]);
  });

  it('waits for a time of day that is slowed down', () => {
    expect(wakes(10_000, time => ({ now: time, date: time * 0.9995 }))).to.deep.equal([10_006, 10_006]);
  });

  it('waits for whole ms of the time of day where the sleep has fractions', () => {
    // Date.now() is 100, and has to be 101.5 or more.
    expect(wakes(1.5, time => ({ now: time, date: 100 + time * 0.9 }))).to.deep.equal([3, 3]);
  });

  it('does not wait for an hour where the time of day is set back by one', () => {
    const setBack = (time: number) => ({ now: time, date: time < 5 ? time : time - HOUR });
    expect(wakes(10, setBack)).to.deep.equal([12, 12]);
    expect(wakes(10_000, setBack)).to.deep.equal([10_011, 10_011]);
  });

  it('sleeps as long where the time of day is set forward', () => {
    expect(wakes(10, time => ({ now: time, date: time < 5 ? time : time + HOUR }))).to.deep.equal([10, 10]);
  });

  it('goes on where the time of day stands still', () => {
    expect(wakes(0.5, time => ({ now: time, date: 7 }))).to.deep.equal([2, 2]);
  });

  it('leaves no timer where it is unsubscribed', () => {
    marbles(({ expectObservable }, scheduler) => {
      const clocks = { now: () => scheduler.now(), date: () => scheduler.now() };
      expectObservable(sleep(50, clocks).pipe(map(() => 'x')), '---!').toBe('----');
      scheduler.schedule(() => expect(scheduler.actions).to.have.lengthOf(0), 4);
    });
  });

  it('0 ms: in the next turn of the event loop, after what is due in this one', async () => {
    const order: string[] = [];
    const slept = lastValueFrom(sleep(0).pipe(map(() => order.push('slept'))));
    process.nextTick(() => order.push('tick'));
    void Promise.resolve().then(() => order.push('microtask'));
    await slept;
    expect(order).to.deep.equal(['tick', 'microtask', 'slept']);
  });

  it('0 ms, unsubscribed: nothing comes', async () => {
    let came = false;
    sleep(0)
      .subscribe(() => {
        came = true;
      })
      .unsubscribe();
    await nextTurn();
    await nextTurn();
    expect(came).to.equal(false);
  });
});
