/** Parent side: a task in the tree, with the processes of its process. */
import { type Hand, isFromSubprocess, membershipOf } from '../../census';
import type { SubprocessEvent } from '../../model/events';
import type { ExitStatus } from '../../model/exit-status';
import type { NodeExit, ProcessNode } from '../../model/process-node';
import { reduce } from '../../model/state';
import type { TreeReport } from '../../protocol/to-parent';
import type { AnySubprocess } from '../../subprocess';
import { dateNow } from '../../util/timers';
import type { TaskView } from '../../watchable';
import { ended, errorText, type Source, type TreeOfSource } from './source';

export class TaskSource implements Source {
  readonly nested = new Map<string, ProcessNode>();
  node: ProcessNode;
  readonly #task: AnySubprocess;
  readonly #view: TaskView;
  readonly #tree: TreeOfSource;
  readonly #unfollow: () => void;

  constructor(task: AnySubprocess, view: TaskView, tree: TreeOfSource) {
    this.#task = task;
    this.#view = view;
    this.#tree = tree;
    const membership = membershipOf(task);
    const time = dateNow();
    this.node = {
      id: tree.idOf(task),
      parent: membership && tree.idOf(membership.group),
      kind: isFromSubprocess(task) ? 'from-subprocess' : view.isLoop ? 'loop' : 'subprocess',
      name: view.name,
      ...(membership && { key: membership.key }),
      ...(view.title !== undefined && { title: view.title }),
      pid: null,
      state: 'created',
      since: time,
      startedAt: time,
      ...(membership?.restarts !== undefined && { restarts: membership.restarts }),
      ...(membership?.hand?.restart && { canRestart: true }),
      ...view.counts,
    };
    view.onTree(report => this.#onTree(report));
    this.#unfollow = view.follow(event => this.#on(event));
  }

  get task(): AnySubprocess {
    return this.#task;
  }

  get hand(): Hand {
    return membershipOf(this.#task)?.hand ?? { stop: () => void this.#task.shutdown() };
  }

  /** Has the process do something to one of its own processes. */
  pass(id: string, act: 'shutdown' | 'restart'): void {
    this.#view.order({ type: 'control', id, act });
  }

  refresh(): void {
    const { messages, iterations } = this.#view.counts;
    if (messages === this.node.messages && iterations === this.node.iterations) return;
    this.#set({ ...this.node, messages, iterations });
  }

  onInterval(): void {
    if (this.node.endedAt === undefined) this.#ask('changes');
  }

  close(): void {
    this.#unfollow();
    this.#view.onTree(() => {});
    if (this.node.endedAt === undefined) this.#ask('nothing');
  }

  #on(event: SubprocessEvent): void {
    const { at } = event;
    if (event.type === 'exited') return this.#onExited(event.exit, at);
    const state = reduce(this.node.state, event);
    let node = state === this.node.state ? this.node : { ...this.node, state, since: at };
    if (event.type === 'starting') node = { ...node, startedAt: at };
    if (event.type === 'spawned') node = { ...node, pid: event.pid };
    if (node !== this.node) this.#set(node);
    if (event.type === 'spawned') this.#ask('all');
  }

  #onExited(exit: ExitStatus, at: number): void {
    // Nobody is left who could tell how these ended.
    for (const [id, node] of this.nested) if (node.endedAt === undefined) this.nested.set(id, ended(node, at));
    this.refresh();
    this.#set(ended({ ...this.node, pid: exit.pid }, at, nodeExit(exit)));
  }

  #ask(ask: 'all' | 'changes' | 'nothing'): void {
    this.#view.order({ type: 'observe', ask, interval: this.#tree.interval });
  }

  #onTree({ nodes, removed }: TreeReport): void {
    const own = this.node.id;
    for (const node of nodes) {
      const id = `${own}.${node.id}`;
      this.nested.set(id, { ...node, id, parent: node.parent === undefined ? own : `${own}.${node.parent}` });
    }
    for (const id of removed) this.nested.delete(`${own}.${id}`);
    if (nodes.length + removed.length > 0) this.#tree.onChange();
    this.#ask('changes');
  }

  #set(node: ProcessNode): void {
    this.node = node;
    this.#tree.onChange();
  }
}

const nodeExit = ({ reason, cause, code, signal, forced, error }: ExitStatus): NodeExit => ({
  reason,
  ...(cause && { cause }),
  code,
  signal,
  forced,
  ...(error && { error: errorText(error) }),
});
