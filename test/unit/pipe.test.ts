/** Pipe: what waits until the other side reads. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { descriptorOf } from '../../src/parent/spawn/descriptor-of';
import { FrameReader } from '../../src/protocol/frame-reader';
import { Outgoing } from '../../src/protocol/outgoing';
import { Pipe } from '../../src/protocol/pipe';
import type { Order } from '../../src/protocol/to-child';
import { batchesOf } from '../support/batches';

/** On Windows, a pipe has no descriptor. */
const onPosix = process.platform === 'win32' ? it.skip : it;

describe('a Pipe', () => {
  onPosix('keeps a frame that waits as it was, though the memory of the frame is used again', async () => {
    const reading = 'setTimeout(() => process.stdin.pipe(process.stdout), 100)';
    const child = spawn(process.execPath, ['-e', reading], { stdio: ['pipe', 'pipe', 'inherit'] });
    const pipe = new Pipe(() => descriptorOf(child.stdin as never));
    const out = new Outgoing<Order, 'commands'>('commands', frame => pipe.write(frame));
    const sent = Array.from({ length: 400 }, (_, index) => String(index).repeat(4_050).slice(0, 4_050));
    for (const text of sent) out.send({ type: 'commands', values: [text] });
    const received: unknown[] = [];
    const reader = new FrameReader();
    child.stdout.on('data', chunk => {
      for (const [order] of batchesOf(reader, chunk)) received.push(...(order as { values: unknown[] }).values);
    });
    while (received.length < sent.length) await once(child.stdout, 'data');
    child.stdin.end();
    await once(child, 'exit');
    expect(received).to.deep.equal(sent);
  });
});
