/** Window and Intake: the two ends of what may be under way. */
import { expect } from 'chai';
import { SendWindow } from '../../src/child/send-window';
import { ReceiveWindow } from '../../src/parent/process/receive-window';
import { randomFrom } from './random';

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
}

/** A window that has sent so many frames of so many messages. */
function windowOf(frames: number, messages: number, bytes: number) {
  const waits: boolean[] = [];
  const window = new SendWindow(waiting => waits.push(waiting));
  for (let frame = 0; frame < frames; frame++) {
    for (let message = 0; message < messages; message++) window.add();
    window.sent(messages, bytes);
  }
  return { window, waits };
}

describe('Window', () => {
  it('has room for a few messages', async () => {
    const { window, waits } = windowOf(4, 1_000, 1_000);
    expect(await isSettled(window.room())).to.equal(true);
    expect(waits).to.deep.equal([]);
  });

  it('has none beyond so many messages, until enough are taken', async () => {
    const { window, waits } = windowOf(5, 1_000, 1_000);
    const room = window.room();
    expect(await isSettled(room)).to.equal(false);
    window.taken(500);
    expect(await isSettled(room)).to.equal(false);
    window.taken(500);
    expect(await isSettled(room)).to.equal(true);
    expect(waits).to.deep.equal([true, false]);
  });

  it('has none beyond so many bytes, however few messages', async () => {
    const { window } = windowOf(1, 1, 64 * 1024 * 1024);
    const room = window.room();
    expect(await isSettled(room)).to.equal(false);
    window.taken(1);
    expect(await isSettled(room)).to.equal(true);
  });

  it('counts the bytes of a frame until all of it is taken', async () => {
    const { window } = windowOf(3, 10, 500_000);
    const room = window.room();
    window.taken(9);
    expect(await isSettled(room)).to.equal(false);
    window.taken(1);
    expect(await isSettled(room)).to.equal(true);
  });

  it('lets everybody go once nobody listens', async () => {
    const { window } = windowOf(10, 1_000, 10);
    const rooms = [window.room(), window.room()];
    window.openForGood();
    expect(await Promise.all(rooms.map(isSettled))).to.deep.equal([true, true]);
  });
});

describe('Intake', () => {
  const intakeOf = () => {
    const told: number[] = [];
    return { intake: new ReceiveWindow(messages => told.push(messages)), told };
  };

  it('tells nothing of a few small messages', () => {
    const { intake, told } = intakeOf();
    for (let at = 0; at < 100; at++) intake.came(1, 50);
    expect(told).to.deep.equal([]);
  });

  it('tells of many, and of large ones', () => {
    const { intake, told } = intakeOf();
    for (let at = 0; at < 4; at++) intake.came(512, 10_000);
    expect(told).to.deep.equal([1_024, 1_024]);
    intake.came(1, 1024 * 1024);
    expect(told).to.deep.equal([1_024, 1_024, 1]);
  });

  it('taken one by one, tells of what was taken', () => {
    const { intake, told } = intakeOf();
    intake.oneByOne = true;
    for (let at = 0; at < 4; at++) intake.came(512, 10_000);
    expect(told).to.deep.equal([]);
    for (let at = 0; at < 1_024; at++) intake.taken();
    expect(told).to.deep.equal([1_024]);
    intake.oneByOne = false;
    expect(told).to.deep.equal([1_024, 1_024]);
  });

  it('never lets a window stay shut once all is taken', async () => {
    const random = randomFrom(7);
    for (const oneByOne of [false, true]) {
      const window = new SendWindow(() => {});
      const intake = new ReceiveWindow(messages => window.taken(messages));
      intake.oneByOne = oneByOne;
      for (let turn = 0; turn < 200; turn++) {
        const messages = 1 + random(600);
        const bytes = random(4) === 0 ? random(3_000_000) : random(70_000);
        for (let at = 0; at < messages; at++) window.add();
        window.sent(messages, bytes);
        intake.came(messages, bytes);
        if (oneByOne) for (let at = 0; at < messages; at++) intake.taken();
        expect(await isSettled(window.room()), `turn ${turn}`).to.equal(true);
      }
    }
  });
});
