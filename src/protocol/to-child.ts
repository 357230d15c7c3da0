/** Both sides: what the parent orders, parent to child. */
import type { Kind } from '../model/kind';
import type { Encoded } from './frames';

/** By which a class is told from others in its module. */
export interface ClassTarget {
  name: string;
  /** The key of the export that holds it, where the parent could see it; '' if it is the whole export. */
  exportKey?: string;
  /** Length and hash of the class's source text. */
  text: string;
  /** Where V8 saw it, from 0; absent where the parent did not ask. */
  line?: number;
  column?: number;
}

/** A ts-node that is registered in the parent. */
export interface TsNode {
  /** Absolute path of its main module. */
  path: string;
  /** What to register it with. */
  options: object;
}

/** What the child is made of; in the first frame, read before anything else runs. */
export interface PrimeOrder {
  type: 'prime';
  kind: Kind;
  /** Absolute path or URL of the module that defines the class. */
  module: string;
  load: 'require' | 'import';
  target: ClassTarget;
  /** The script that the first parent was started with; its top level would construct again when loaded here. */
  mainScript: string | null;
  /** How many processes are above this one. */
  depth: number;
  tsNode?: TsNode;
}

/** What the child is to do: in the first frame too, or later where it stands ready as a spare. */
export interface StartOrder {
  type: 'start';
  /** The snapshot, serialised apart from the order so that its faults are found before a process is made. */
  state: Encoded;
  /** Fields that stay out of it, since the instance in the child makes its own. */
  own: string[];
  /** ms; how long it may take to end once its parent is gone. */
  grace: number;
  /** Whether it is to end when its parent is gone. */
  terminate: boolean;
  /** ms; a loop's DEFAULT_SLEEP. */
  defaultSleep: number;
}

export type Order =
  | PrimeOrder
  | StartOrder
  | { type: 'commands'; values: unknown[] }
  /** So many more messages have been taken, and the child may send as many again. */
  | { type: 'taken'; count: number }
  /** The parent is about to end: it reads on, but tells no more what it has taken. */
  | { type: 'final' }
  | { type: 'stop' };

/** True for a frame's value that is an order. */
export function isOrder(value: unknown): value is Order {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return false;
  const order = value as Order;
  switch (order.type) {
    case 'prime':
      return typeof order.module === 'string';
    case 'start':
      return typeof order.state === 'string' || order.state instanceof Uint8Array;
    case 'commands':
      return Array.isArray(order.values);
    case 'taken':
      return typeof order.count === 'number';
    case 'final':
    case 'stop':
      return true;
    default:
      order satisfies never;
      return false;
  }
}
