/** Both sides: the orders that the parent sends to a child. */
import type { Carrier } from '../diagnostics/tracer';
import type { Kind } from '../model/kind';
import type { Encoded } from './frames';

/** How the child recognizes the class among those of its module. */
export interface ClassTarget {
  name: string;
  /** Name of the export that is the class; '' if `module.exports` itself is. Absent if the parent found no export. */
  exportKey?: string;
  /** Length and hash of the class's source text; see `sourceDigest`. */
  text: string;
  /** Where the class begins according to V8, from 0. Absent if the parent did not ask V8. */
  line?: number;
  column?: number;
}

/** A ts-node that is registered in the parent. */
export interface TsNode {
  /** Absolute path of its main module. */
  path: string;
  /** The options to register it with. */
  options: object;
}

/** Tells the child which class to load. In the first frame, which the child reads before anything else. */
export interface PrimeOrder {
  type: 'prime';
  kind: Kind;
  /** Absolute path or URL of the module that defines the class. */
  module: string;
  load: 'require' | 'import';
  /** The file that `require('offspring-rx')` gives the module in the parent. Absent if it does not find the package. */
  packageFile?: string;
  target: ClassTarget;
  /** The script that the first parent was started with. If it defines the class, the child runs its top level again. */
  mainScript: string | null;
  /** How many levels of parents the child has: 1 for a child of the main process. */
  depth: number;
  tsNode?: TsNode;
  /** The child keeps the title that its process had at its start. */
  untitled?: true;
  /** The child leads a process group, and ends together with it. */
  ownGroup?: true;
}

/** Tells the child to start its work. In the first frame too; a spare gets it later. */
export interface StartOrder {
  type: 'start';
  /** The snapshot, serialized separately before the process is spawned: a snapshot that cannot be sent fails early. */
  state: Encoded;
  /** Names of the fields that are not in the snapshot, as they cannot be sent. The child's constructor sets them. */
  own: string[];
  /** Milliseconds that the child may take to end once its parent is gone. */
  grace: number;
  /** Whether the child ends when its parent is gone. */
  terminate: boolean;
  /** Milliseconds: DEFAULT_SLEEP of a loop. */
  defaultSleep: number;
  /** A watched child tells where it is busy over this descriptor. */
  watch?: number;
  /** The context in which the task was started, if somebody records traces. */
  trace?: Carrier;
}

/** Tells the child to stop, if it can handle a stop. If it cannot, a signal ends it. */
export interface StopOrder {
  type: 'stop';
  /** The child ends itself if it cannot handle a stop: now, or once it has entered its work. */
  ends?: 'now' | 'entered';
}

/**
 * The parent is watched, and asks which processes the child has itself: for all of them, at once, or for those that have
 * changed since the last answer, as soon as there are any. Each order has one answer at most, so a parent that is busy
 * gets no answers that it has not asked for. 'nothing': the parent is watched no longer.
 */
export interface ObserveOrder {
  type: 'observe';
  ask: 'all' | 'changes' | 'nothing';
  /** ms between two answers at least. */
  interval: number;
  /** The child keeps the last lines that its processes write, since somebody may want to see them. */
  keepsOutput?: true;
}

/** Asks the child to shut down or restart one of its own processes, as if it was asked by hand. */
export interface ControlOrder {
  type: 'control';
  /** The `id` that the child has reported. */
  id: string;
  act: 'shutdown' | 'restart';
}

/**
 * Asks the child for the output of one of its own processes: for the last lines, at once, or for those since the last
 * answer, as soon as there are any. Each order has one answer at most. 'nothing': nobody looks at it any longer.
 */
export interface OutputOrder {
  type: 'output';
  /** All orders and answers that belong together have the same. */
  followId: number;
  /** The `id` that the child has reported. */
  id: string;
  ask: (typeof FOLLOW_ASKS)[number];
}
const FOLLOW_ASKS = ['all', 'more', 'nothing'] as const;

/** The orders of a parent that looks at the tree of processes. */
export type TreeOrder = ObserveOrder | ControlOrder | OutputOrder;

export type Order =
  | PrimeOrder
  | StartOrder
  /** `trace`: the context in which they were sent, if somebody records traces. */
  | { type: 'commands'; values: unknown[]; trace?: Carrier }
  /** As `commands`, but the child does not report that it has received them. */
  | { type: 'posts'; values: unknown[] }
  /** The parent acknowledges `count` more messages, so the child may send as many again. */
  | { type: 'acknowledge'; count: number }
  /** The parent is about to end. It still reads messages, but no longer acknowledges them. */
  | { type: 'final' }
  /** In place of a SIGTERM. User code listens to SIGTERM: the child raises it, unless it has just heard one. */
  | { type: 'sigterm' }
  /** The child gives no sign of life: it tells what it waits for, if its event loop is free. */
  | { type: 'where' }
  | StopOrder
  | TreeOrder;

/** Whether a value that arrived in a frame is an order. */
export function isOrder(value: unknown): value is Order {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return false;
  const order = value as Order;
  switch (order.type) {
    // The most frequent ones first.
    case 'posts':
      return Array.isArray(order.values);
    case 'commands':
      return Array.isArray(order.values) && hasCarrier(order);
    case 'prime':
      return typeof order.module === 'string' && typeof order.target?.name === 'string';
    case 'start':
      return (typeof order.state === 'string' || order.state instanceof Uint8Array) && hasCarrier(order);
    case 'acknowledge':
      return typeof order.count === 'number';
    case 'observe':
      return ['all', 'changes', 'nothing'].includes(order.ask) && typeof order.interval === 'number';
    case 'control':
      return typeof order.id === 'string' && (order.act === 'shutdown' || order.act === 'restart');
    case 'output':
      return typeof order.id === 'string' && typeof order.followId === 'number' && FOLLOW_ASKS.includes(order.ask);
    case 'final':
    case 'stop':
    case 'sigterm':
    case 'where':
      return true;
    default:
      order satisfies never;
      return false;
  }
}

/** Whether an order has no trace, or one that is an object. Those who read it check the rest. */
const hasCarrier = ({ trace }: { trace?: unknown }) =>
  trace === undefined || (typeof trace === 'object' && trace !== null);
