/** execa: `sendMessage` and `getEachMessage` on both sides. */
import path from 'node:path';
import { importPeer } from '../../suite/peer';
import type { Transport, TransportKind } from './transport';

interface Execa {
  execaNode(
    file: string,
    options: object,
  ): Promise<unknown> & {
    sendMessage(message: object): Promise<void>;
    getEachMessage(): AsyncIterable<unknown>;
    kill(): void;
  };
}

export const execa: TransportKind = {
  name: 'execa',
  async open() {
    const { execaNode } = await importPeer<Execa>('execa');
    const options = { serialization: 'advanced', buffer: false, reject: false };
    const child = execaNode(path.join(__dirname, 'execa-child.mjs'), options);
    const transport: Transport = {
      post: message => void child.sendMessage(message),
      onMessage: () => {},
      close: () => child.kill(),
    };
    void (async () => {
      for await (const message of child.getEachMessage()) transport.onMessage(message);
    })();
    // It says that it listens; what is sent before is not heard.
    await new Promise(resolve => {
      transport.onMessage = resolve;
    });
    return transport;
  },
};
