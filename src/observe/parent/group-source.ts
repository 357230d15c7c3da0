/** Parent side: a supervisor or a pool in the tree. */
import { isDeepStrictEqual } from 'node:util';
import type { Actions, Group } from '../../census';
import type { ProcessNode } from '../../model/process-node';
import { dateNow } from '../../util/timers';
import { ended, errorText, type Source, type TreeOfSource, withRestart } from './source';

export class GroupSource implements Source {
  /** It has no process of its own. */
  readonly nested = new Map<string, ProcessNode>();
  node: ProcessNode;
  /** A pool that nobody uses any more may be collected. */
  readonly #group: WeakRef<Group>;
  readonly #tree: TreeOfSource;

  constructor(group: Group, tree: TreeOfSource) {
    const { kind, name, key, above, startedAt, actions } = group;
    this.#group = new WeakRef(group);
    this.#tree = tree;
    this.node = {
      id: tree.idOf(group),
      parent: above && tree.idOf(above),
      kind,
      name,
      ...(key !== undefined && { key }),
      pid: null,
      state: 'running',
      since: startedAt,
      startedAt,
      ...(actions.restart && { canRestart: true }),
      iterations: 0,
      messages: 0,
    };
    this.refresh();
  }

  get actions(): Actions | undefined {
    return this.#group.deref()?.actions;
  }

  refresh(): void {
    const group = this.#group.deref();
    if (this.node.endedAt !== undefined) return this.#set(withRestart(this.node, group));
    if (!group) return this.#end(undefined);
    const { restarts, isStopping } = group;
    const stats = group.stats?.();
    const isChanged = isStopping !== (this.node.state === 'stopping');
    if (!isChanged && restarts === this.node.restarts && isDeepStrictEqual(stats, this.node.stats)) return;
    this.#set({
      ...this.node,
      ...(isChanged && { state: isStopping ? 'stopping' : 'running', since: dateNow() }),
      ...(restarts !== undefined && { restarts }),
      ...(stats && { stats }),
    });
  }

  /** It is no longer among those of this process. */
  end(): void {
    this.refresh();
    if (this.node.endedAt === undefined) this.#end(this.#group.deref()?.error);
    this.refresh();
  }

  close(): void {}

  #end(error: unknown): void {
    const exit = { reason: 'failed', code: null, signal: null, forced: false } as const;
    this.#set(ended(this.node, dateNow(), error === undefined ? undefined : { ...exit, error: errorText(error) }));
  }

  #set(node: ProcessNode): void {
    if (node === this.node) return;
    this.node = node;
    this.#tree.onChange();
  }
}
