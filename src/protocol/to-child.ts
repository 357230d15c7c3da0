/** Both sides: what the parent orders, parent to child. */

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

/** What the child is for; the first frame, read before anything else runs. */
export interface StartOrder {
  type: 'start';
  kind: 'once' | 'loop';
  /** Absolute path or URL of the module that defines the class. */
  module: string;
  load: 'require' | 'import';
  target: ClassTarget;
  /** The snapshot, serialised apart from the order so that its faults are found before a process is made. */
  state: Uint8Array;
  /** Fields that stay out of it, since the instance in the child makes its own. */
  own: string[];
  /** The script that the first parent was started with; its top level would construct again when loaded here. */
  entry: string | null;
  /** How many processes are above this one. */
  depth: number;
  /** ms; how long it may take to end once its parent is gone. */
  grace: number;
  /** Whether it is to end when its parent is gone. */
  terminate: boolean;
  /** ms; a loop's DEFAULT_SLEEP. */
  defaultSleep?: number;
  tsNode?: TsNode;
}

export type Order = StartOrder | { type: 'command'; command: unknown } | { type: 'stop' };

/** True for a frame's value that is an order. */
export function isOrder(value: unknown): value is Order {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return false;
  const { type } = value as { type: unknown };
  if (type === 'start') return (value as StartOrder).state instanceof Uint8Array;
  if (type === 'command') return Object.hasOwn(value, 'command');
  return type === 'stop';
}
