/** Parent side: shuts down or restarts what has a node in the tree, nested processes included. */
import { StateError } from '../../model/errors';
import { liveTree } from './live-tree';
import type { TaskSource } from './task-source';

/**
 * Shuts down or restarts the process, supervisor or pool with this `id`, as seen in the tree. A supervised child that is
 * shut down is not restarted; only a supervised child can be restarted. For a nested one, its parent is asked.
 * @throws StateError if there is none, it has ended, or it cannot be restarted
 */
export function control(id: string, act: 'shutdown' | 'restart'): void {
  const found = liveTree().find(id);
  if (!found) throw refusal(`there is no process '${id}', or nobody looks at the tree`);
  const { source, rest } = found;
  const node = rest === '' ? source.node : source.nested.get(id);
  if (!node) throw refusal(`there is no process '${id}'`);
  const what = `${node.kind} '${id}' (${node.name})`;
  if (act === 'restart' && !node.canRestart) {
    throw refusal(`${what} is no child of a supervisor, and nothing else can be restarted`);
  }
  if (node.endedAt !== undefined) throw refusal(`${what} has ended`);
  if (rest !== '') return (source as TaskSource).pass({ type: 'control', id: rest, act });
  if (act === 'shutdown') source.actions?.stop();
  else source.actions?.restart?.();
}

const refusal = (why: string) => new StateError(`The tree of processes: ${why}`, { subprocess: 'processTree$' });
