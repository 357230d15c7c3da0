/** Node's own channel: `fork`, `child.send`, `process.send`. */
import { fork } from 'node:child_process';
import path from 'node:path';
import type { Transport, TransportKind } from './transport';

export const processSend = (serialization: 'json' | 'advanced'): TransportKind => ({
  name: `process.send, ${serialization}`,
  async open() {
    const child = fork(path.join(__dirname, 'process-send-child.cjs'), [], { serialization });
    const transport: Transport = {
      post: message => child.send(message),
      onMessage: () => {},
      close: () => child.disconnect(),
    };
    child.on('message', message => transport.onMessage(message));
    return transport;
  },
});
