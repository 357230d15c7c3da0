/** Parent side: reports the processes of this process to its parent, while the parent looks at its tree. */
import type { ProcessNode } from '../../model/process-node';
import type { ControlOrder, ObserveOrder } from '../../protocol/to-child';
import type { TreeReport } from '../../protocol/to-parent';
import { attempt } from '../../util/safely';
import { control } from './control';
import { liveTree } from './live-tree';
import type { Look } from './look';

type Report = (report: TreeReport) => void;

let look: Look | undefined;
let report: Report = () => {};
/** The nodes that the parent has, by `id`. */
let sent = new Map<string, ProcessNode>();
let isAsked = false;

/** Obeys an order of the parent. */
export function answerWatcher(order: ObserveOrder | ControlOrder, onReport: Report): void {
  // What it names may have ended meanwhile.
  if (order.type === 'control') return void attempt(() => control(order.id, order.act));
  if (order.ask === 'nothing') return stop();
  report = onReport;
  isAsked = true;
  const isNew = !look;
  look ??= liveTree().look(order.interval, tell);
  look.interval = order.interval;
  if (order.ask === 'changes' && !isNew) return look.changed();
  sent = new Map();
  send(look.nodes);
}

/** Tells at once what has changed, since this process is about to end: it cannot wait until it is asked. */
export function tellLast(): void {
  if (!look) return;
  look.refresh();
  isAsked = true;
  tell();
}

function stop(): void {
  look?.close();
  look = undefined;
  isAsked = false;
  sent = new Map();
}

/** Answers if the parent has asked and something has changed. */
function tell(): void {
  if (!isAsked || !look) return;
  const { nodes } = look;
  const isKnown = (node: ProcessNode) => sent.get(node.id) === node;
  if (nodes.length !== sent.size || !nodes.every(isKnown)) send(nodes);
}

function send(nodes: readonly ProcessNode[]): void {
  const ids = new Set(nodes.map(({ id }) => id));
  const changed = nodes.filter(node => sent.get(node.id) !== node);
  const removed = [...sent.keys()].filter(id => !ids.has(id));
  sent = new Map(nodes.map(node => [node.id, node]));
  isAsked = false;
  report({ type: 'tree', nodes: changed, removed });
}
