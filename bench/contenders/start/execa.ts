/** execa: a Node script with a channel, to its first line. */
import path from 'node:path';
import { type Contender, simple } from '../../suite/group';
import { importPeer } from '../../suite/peer';
import { between, clock } from './clock';

interface Execa {
  execaNode(file: string, options: object): Promise<unknown> & { getOneMessage(): Promise<string> };
}

export const execaStart: Contender = simple('execa', async () => {
  const { execaNode } = await importPeer<Execa>('execa');
  const start = clock();
  const child = execaNode(path.join(__dirname, 'sends.cjs'), { serialization: 'advanced' });
  const firstLine = await child.getOneMessage();
  await child;
  return between(start, firstLine);
});
