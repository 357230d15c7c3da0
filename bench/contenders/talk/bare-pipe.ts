/** What no channel over a pipe can leave out: a write and a read on each side, of JSON with its length before it. */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import path from 'node:path';
import { framed, onFrames } from '../pool/bare-frames';
import type { Transport, TransportKind } from './transport';

export const barePipe: TransportKind = {
  name: 'bare pipe',
  async open() {
    const script = path.join(__dirname, 'bare-pipe-child.cjs');
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    const channel = child.stdio[3] as Socket;
    const transport: Transport = {
      post: message => channel.write(framed([message], 'JSON')),
      onMessage: () => {},
      close: () => child.kill(),
    };
    onFrames(channel, 'JSON', ([message]) => transport.onMessage(message));
    return transport;
  },
};
