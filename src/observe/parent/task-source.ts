/** Parent side: a task in the tree, with the processes of its process. */
import { type Actions, isFromSubprocess, membershipOf } from '../../census';
import type { SubprocessEvent } from '../../model/events';
import type { ExitStatus } from '../../model/exit-status';
import type { Following, OnPiece } from '../../model/output';
import type { NodeExit, ProcessNode } from '../../model/process-node';
import { reduce } from '../../model/state';
import type { ControlOrder } from '../../protocol/to-child';
import type { TreeReport } from '../../protocol/to-parent';
import type { AnySubprocess } from '../../subprocess';
import { dateNow, queueMicrotask } from '../../util/timers';
import type { TaskView } from '../../watchable';
import { NestedOutputs } from './nested-outputs';
import { OwnOutput } from './own-output';
import { ended, errorText, type Source, type TreeOfSource, withRestart } from './source';

export class TaskSource implements Source {
  readonly nested = new Map<string, ProcessNode>();
  node: ProcessNode;
  readonly #task: AnySubprocess;
  readonly #view: TaskView;
  readonly #tree: TreeOfSource;
  readonly #unfollow: () => void;
  readonly #ownOutput: OwnOutput;
  readonly #nestedOutputs: NestedOutputs;

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
      ...(membership?.actions?.restart && { canRestart: true }),
      ...view.counts,
    };
    this.#ownOutput = new OwnOutput(view);
    this.#nestedOutputs = new NestedOutputs(order => view.order(order));
    this.#ownOutput.keep(tree.keepsOutput);
    view.onTreeAnswer(answer => (answer.type === 'tree' ? this.#onTree(answer) : this.#nestedOutputs.take(answer)));
    this.#unfollow = view.follow(event => this.#on(event));
  }

  get actions(): Actions {
    return membershipOf(this.#task)?.actions ?? { stop: () => void this.#task.shutdown() };
  }

  /** Has the process do something to one of its own processes. */
  pass(order: ControlOrder): void {
    this.#view.order(order);
  }

  /** `rest`: '' for the output of this process itself, or else the `id` of one of its own processes. */
  followOutput(rest: string, onPiece: OnPiece): Following {
    if (rest === '') return this.#ownOutput.follow(onPiece);
    return this.#nestedOutputs.follow(rest, onPiece);
  }

  refresh(): void {
    const { messages, iterations } = this.#view.counts;
    if (this.node.endedAt !== undefined) this.#set(withRestart(this.node, membershipOf(this.#task)));
    if (messages === this.node.messages && iterations === this.node.iterations) return;
    this.#set({ ...this.node, messages, iterations });
  }

  onPlan(): void {
    this.#ownOutput.keep(this.#tree.keepsOutput);
    if (this.node.endedAt === undefined) this.#ask('changes');
  }

  close(): void {
    this.#unfollow();
    this.#ownOutput.keep(false);
    this.#view.onTreeAnswer(() => {});
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
    for (const [id, node] of this.nested) {
      this.nested.set(id, node.endedAt === undefined ? ended(node, at) : withRestart(node, undefined));
    }
    this.#ownOutput.end();
    this.#nestedOutputs.end();
    this.refresh();
    this.#set(ended({ ...this.node, pid: exit.pid }, at, nodeExit(exit)));
    // Its supervisor hears of it too, and decides.
    queueMicrotask(() => this.refresh());
  }

  #ask(ask: 'all' | 'changes' | 'nothing'): void {
    const { interval, keepsOutput } = this.#tree;
    this.#view.order({ type: 'observe', ask, interval, ...(keepsOutput && { keepsOutput }) });
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
    if (node === this.node) return;
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
