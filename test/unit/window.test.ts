/** SendWindow and ReceiveWindow: how many messages may be sent before they are acknowledged. */
import { expect } from 'chai';
import { SendWindow } from '../../src/child/send-window';
import { ReceiveWindow } from '../../src/parent/process/receive-window';
import { randomFrom } from './random';

/** Whether a promise has already settled. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

/** What `emit` returns. */
const roomOf = (window: SendWindow) => window.room ?? window.wait();

/** A window that has sent this many frames, with this many messages and bytes in each. */
function windowOf(frames: number, messages: number, bytes: number) {
  const waits: boolean[] = [];
  const window = new SendWindow(waiting => waits.push(waiting));
  for (let frame = 0; frame < frames; frame++) {
    window.sent(messages, bytes);
  }
  return { window, waits };
}

describe('SendWindow', () => {
  it('has room for a few messages', async () => {
    const { window, waits } = windowOf(4, 1_000, 1_000);
    expect(await isSettled(roomOf(window))).to.equal(true);
    expect(waits).to.deep.equal([]);
  });

  it('has no room beyond a number of messages, until enough are acknowledged', async () => {
    const { window, waits } = windowOf(5, 1_000, 1_000);
    const room = roomOf(window);
    expect(await isSettled(room)).to.equal(false);
    window.acknowledge(500);
    expect(await isSettled(room)).to.equal(false);
    window.acknowledge(500);
    expect(await isSettled(room)).to.equal(true);
    expect(waits).to.deep.equal([true, false]);
  });

  it('has no room beyond a number of bytes, even for one message', async () => {
    const { window } = windowOf(1, 1, 64 * 1024 * 1024);
    const room = roomOf(window);
    expect(await isSettled(room)).to.equal(false);
    window.acknowledge(1);
    expect(await isSettled(room)).to.equal(true);
  });

  it('counts the bytes of a frame until all of its messages are acknowledged', async () => {
    const { window } = windowOf(3, 10, 500_000);
    const room = roomOf(window);
    window.acknowledge(9);
    expect(await isSettled(room)).to.equal(false);
    window.acknowledge(1);
    expect(await isSettled(room)).to.equal(true);
  });

  it('has room for all who wait once the limit is removed', async () => {
    const { window } = windowOf(10, 1_000, 10);
    const rooms = [roomOf(window), roomOf(window)];
    window.removeLimit();
    expect(await Promise.all(rooms.map(isSettled))).to.deep.equal([true, true]);
  });
});

describe('ReceiveWindow', () => {
  const receiveWindowOf = () => {
    const acknowledged: number[] = [];
    return { receiveWindow: new ReceiveWindow(messages => acknowledged.push(messages)), acknowledged };
  };

  it('does not acknowledge a few small messages', () => {
    const { receiveWindow, acknowledged } = receiveWindowOf();
    for (let at = 0; at < 100; at++) receiveWindow.received(1, 50);
    expect(acknowledged).to.deep.equal([]);
  });

  it('acknowledges many messages, and large ones', () => {
    const { receiveWindow, acknowledged } = receiveWindowOf();
    for (let at = 0; at < 4; at++) receiveWindow.received(512, 10_000);
    expect(acknowledged).to.deep.equal([1_024, 1_024]);
    receiveWindow.received(1, 1024 * 1024);
    expect(acknowledged).to.deep.equal([1_024, 1_024, 1]);
  });

  it('acknowledges only what was taken, if messages are taken one by one', () => {
    const { receiveWindow, acknowledged } = receiveWindowOf();
    receiveWindow.oneByOne = true;
    for (let at = 0; at < 4; at++) receiveWindow.received(512, 10_000);
    expect(acknowledged).to.deep.equal([]);
    for (let at = 0; at < 1_024; at++) receiveWindow.consumed();
    expect(acknowledged).to.deep.equal([1_024]);
    receiveWindow.oneByOne = false;
    expect(acknowledged).to.deep.equal([1_024, 1_024]);
  });

  it('lets the SendWindow have room once all messages are taken', async () => {
    const random = randomFrom(7);
    for (const oneByOne of [false, true]) {
      const window = new SendWindow(() => {});
      const receiveWindow = new ReceiveWindow(messages => window.acknowledge(messages));
      receiveWindow.oneByOne = oneByOne;
      for (let turn = 0; turn < 200; turn++) {
        const messages = 1 + random(600);
        const bytes = random(4) === 0 ? random(3_000_000) : random(70_000);
        window.sent(messages, bytes);
        receiveWindow.received(messages, bytes);
        if (oneByOne) for (let at = 0; at < messages; at++) receiveWindow.consumed();
        expect(await isSettled(roomOf(window)), `turn ${turn}`).to.equal(true);
      }
    }
  });
});
