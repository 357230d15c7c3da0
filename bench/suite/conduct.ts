/** Measures one group after the other, each in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Group, GroupResult } from './group';
import type { Options } from './options';
import { WITHOUT_PEERS } from './peer';
import type { News, Task } from './run-group';

export interface Listener {
  onRound(group: Group, done: number, of: number): void;
}

export async function conduct(group: Group, options: Options, { onRound }: Listener): Promise<GroupResult> {
  const { rounds, quick } = options;
  const child = fork(path.join(__dirname, 'run-group.js'), [], { env: environment(options) });
  let result: GroupResult | undefined;
  child.on('message', (news: News) => {
    if (news.type === 'round') onRound(group, news.done, news.of);
    else result = news.result;
  });
  child.send({ id: group.id, rounds, quick } satisfies Task);
  const [code, signal] = await once(child, 'exit');
  if (result) return result;
  const failed = `the process of the group ended with ${code ?? signal}`;
  const rows = group.contenders.map(({ name }) => ({ name, samples: [], failed }));
  return { id: group.id, rounds: 0, size: 0, load: 0, rows, series: [] };
}

function environment({ peers }: Options): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...(peers ? {} : { [WITHOUT_PEERS]: '1' }) };
  // It makes Node 20 read certificates at its start, 50 ms of each process.
  delete env['NODE_EXTRA_CA_CERTS'];
  return env;
}
