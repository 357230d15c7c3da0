/** Parent side: tells its parent, while that looks at its tree, of the processes of this process and their output. */
import type { Following } from '../../model/output';
import type { ProcessNode } from '../../model/process-node';
import type { ObserveOrder, OutputOrder, TreeOrder } from '../../protocol/to-child';
import type { TreeAnswer } from '../../protocol/to-parent';
import { attempt } from '../../util/safely';
import { control } from './control';
import { followOutput } from './follow-output';
import { liveTree } from './live-tree';
import type { Look } from './look';

type Report = (answer: TreeAnswer) => void;

let look: Look | undefined;
let report: Report = () => {};
/** The nodes that the parent has, by `id`. */
let sent = new Map<string, ProcessNode>();
let isAsked = false;
/** What the parent follows, by the number that it gave. */
const followings = new Map<number, Following>();

/** Obeys an order of the parent. */
export function answerWatcher(order: TreeOrder, onReport: Report): void {
  report = onReport;
  // What it names may have ended meanwhile.
  if (order.type === 'control') attempt(() => control(order.id, order.act));
  else if (order.type === 'output') answerFollower(order);
  else observe(order);
}

function observe({ ask, interval, keepsOutput }: ObserveOrder): void {
  if (ask === 'nothing') return stop();
  isAsked = true;
  const isNew = !look;
  const options = { interval, keepsOutput: keepsOutput === true };
  look ??= liveTree().look(options, tell);
  look.options = options;
  if (ask === 'changes' && !isNew) return look.changed();
  sent = new Map();
  send(look.nodes);
}

function answerFollower({ followId, id, ask }: OutputOrder): void {
  const following = followings.get(followId);
  if (ask === 'more') return following?.more();
  following?.close();
  followings.delete(followId);
  if (ask === 'all') {
    followings.set(
      followId,
      followOutput(id, piece => report({ type: 'output', followId, ...piece })),
    );
  }
}

/** Tells at once what has changed, since this process is about to end: it cannot wait until it is asked. */
export function tellLast(): void {
  if (!look) return;
  for (const following of followings.values()) following.more();
  look.refresh();
  isAsked = true;
  tell();
}

function stop(): void {
  look?.close();
  look = undefined;
  isAsked = false;
  sent = new Map();
  for (const following of followings.values()) following.close();
  followings.clear();
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
