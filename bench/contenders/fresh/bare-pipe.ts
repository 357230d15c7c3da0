/** What messages cannot leave out: batches as JSON through a pipe, without order, limits or anybody who waits for one of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import path from 'node:path';
import { onFrames } from '../pool/bare-frames';
import type { FreshKind } from './fresh';

export const barePipe: FreshKind = {
  name: 'bare pipe, batches as JSON',
  run(count, onMessage) {
    const script = path.join(__dirname, 'bare-pipe-child.cjs');
    const child = spawn(process.execPath, [script, String(count)], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    onFrames(child.stdio[3] as Socket, 'JSON', messages => {
      for (const message of messages) onMessage(message);
    });
    return once(child, 'close');
  },
};
