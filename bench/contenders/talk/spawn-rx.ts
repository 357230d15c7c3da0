/** spawn-rx has no messages: a new process prints JSON, a line each, which is parsed. One way only. */
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { Observable } from 'rxjs';
import { importPeer } from '../../suite/peer';
import type { Order } from './answers';
import type { Transport, TransportKind } from './transport';

interface SpawnRx {
  spawn(program: string, args: string[]): Observable<string>;
}

export const spawnRx: TransportKind = {
  name: 'spawn-rx, JSON lines',
  async open() {
    const { spawn } = await importPeer<SpawnRx>('spawn-rx');
    const post = (order: Order | object) => {
      const stream = new PassThrough();
      createInterface(stream).on('line', line => transport.onMessage(JSON.parse(line)));
      const script = path.join(__dirname, 'spawn-rx-child.cjs');
      spawn(process.execPath, [script, JSON.stringify(order)]).subscribe({
        next: text => stream.write(text),
        complete: () => stream.end(),
      });
    };
    const transport: Transport = { post, onMessage: () => {}, close: () => {} };
    return transport;
  },
};
