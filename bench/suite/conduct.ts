/** Measures groups in a process of their own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Group, GroupResult } from './group';
import type { Options } from './options';
import { WITHOUT_PEERS } from './peer';
import type { News, Task } from './run-groups';

export interface Listener {
  onRound(id: string, done: number, of: number): void;
  onResult(result: GroupResult): void;
}

/** All in one process with `--quick`, otherwise a new one each, where nothing of another is loaded or left. */
export async function conduct(groups: readonly Group[], options: Options, listener: Listener): Promise<void> {
  if (options.quick) return conductIn(groups, options, listener);
  for (const group of groups) await conductIn([group], options, listener);
}

async function conductIn(groups: readonly Group[], options: Options, listener: Listener): Promise<void> {
  const { rounds, quick } = options;
  const child = fork(path.join(__dirname, 'run-groups.js'), [], { env: environment(options) });
  const missing = new Set(groups);
  child.on('message', (news: News) => {
    if (news.type === 'round') return listener.onRound(news.id, news.done, news.of);
    for (const group of missing) if (group.id === news.result.id) missing.delete(group);
    listener.onResult(news.result);
  });
  child.send({ ids: groups.map(({ id }) => id), rounds, quick } satisfies Task);
  const [code, signal] = await once(child, 'exit');
  for (const group of missing) listener.onResult(lost(group, `their process ended with ${code ?? signal}`));
}

function lost({ id, contenders }: Group, failed: string): GroupResult {
  const rows = contenders.map(({ name }) => ({ name, samples: [], failed }));
  return { id, rounds: 0, size: 0, load: 0, rows, series: [] };
}

function environment({ peers }: Options): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...(peers ? {} : { [WITHOUT_PEERS]: '1' }) };
  // It makes Node 20 read certificates at its start, 50 ms of each process.
  delete env['NODE_EXTRA_CA_CERTS'];
  return env;
}
