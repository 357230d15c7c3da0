/** Parent side: tells the parent of this process, which looks at its tree, of the processes that this process has. */
import type { ProcessNode } from '../../model/process-node';
import type { ControlOrder, ObserveOrder } from '../../protocol/to-child';
import type { TreeReport } from '../../protocol/to-parent';
import { attempt } from '../../util/safely';
import { control } from './control';
import { liveTree } from './live-tree';
import type { Look } from './look';

let look: Look | undefined;
/** The nodes that the parent has, by `id`. */
let sent = new Map<string, ProcessNode>();
let isAsked = false;

/** Obeys an order of the parent. */
export function answerWatcher(order: ObserveOrder | ControlOrder, report: (report: TreeReport) => void): void {
  // What it names may have ended meanwhile.
  if (order.type === 'control') return void attempt(() => control(order.id, order.act));
  if (order.ask === 'nothing') return stop();
  if (order.ask === 'all') sent = new Map();
  isAsked = true;
  const isNew = !look;
  look ??= liveTree().look(order.interval, () => tell(report));
  look.interval = order.interval;
  if (order.ask === 'all' || isNew) send(report, look.nodes);
  else look.changed();
}

function stop(): void {
  look?.close();
  look = undefined;
  isAsked = false;
  sent = new Map();
}

/** Answers if the parent has asked and something has changed. */
function tell(report: (report: TreeReport) => void): void {
  if (!isAsked || !look) return;
  const { nodes } = look;
  const ids = new Set(nodes.map(({ id }) => id));
  if (nodes.some(node => sent.get(node.id) !== node) || [...sent.keys()].some(id => !ids.has(id))) send(report, nodes);
}

function send(report: (report: TreeReport) => void, nodes: readonly ProcessNode[]): void {
  const ids = new Set(nodes.map(({ id }) => id));
  const changed = nodes.filter(node => sent.get(node.id) !== node);
  const removed = [...sent.keys()].filter(id => !ids.has(id));
  sent = new Map(nodes.map(node => [node.id, node]));
  isAsked = false;
  report({ type: 'tree', nodes: changed, removed });
}
