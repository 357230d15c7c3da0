/**
 * The floor of processes with values: bare processes, and nothing but what no pool of processes can leave out. Values are
 * serialized in batches, go through a pipe, and come back as they are. No item has a promise of its own, and none is copied.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import path from 'node:path';
import { type Format, framed, onFrames } from './bare-frames';
import { type PoolKind, WORKERS } from './pool';

/** Items of a batch: of the powers of two, the one that was fastest. */
const BATCH = 64;
/** Batches that a process has at a time: one that it works on, and one to go on with. */
const AHEAD = 2;

export const bareBatches = (format: Format): PoolKind => ({
  name: `bare processes, batches as ${format}`,
  async open() {
    const script = path.join(__dirname, 'bare-batches-child.cjs');
    const stdio = ['ignore', 'inherit', 'inherit', 'pipe'] as const;
    const children = Array.from({ length: WORKERS }, () =>
      spawn(process.execPath, [script, format], { stdio: [...stdio] }),
    );
    await Promise.all(children.map(child => once(channelOf(child), 'data')));
    let received: (values: unknown[], channel: Socket) => void;
    for (const channel of children.map(channelOf)) onFrames(channel, format, values => received(values, channel));
    return {
      run: () => Promise.reject(new Error('only all at once')),
      all: (_work, items) =>
        new Promise(resolve => {
          const results: unknown[] = [];
          let sent = 0;
          const sendNext = (channel: Socket) => {
            if (sent === items.length) return;
            const batch = items.slice(sent, sent + BATCH);
            sent += batch.length;
            channel.write(framed(batch, format));
          };
          received = (values, channel) => {
            sendNext(channel);
            for (const value of values) results.push(value);
            if (results.length === items.length) resolve(results.length);
          };
          for (let ahead = 0; ahead < AHEAD; ahead++) for (const child of children) sendNext(channelOf(child));
        }),
      close: () => children.map(child => child.kill()),
    };
  },
});

const channelOf = (child: ChildProcess) => child.stdio[3] as Socket;
