/** Both sides: finds the part of a value that cannot be sent to another process. */
import { types } from 'node:util';
import { safeText } from '../util/safely';
import { classifySafely, isSimple, type Problem, type Strictness } from './classify';
import { detailsOf, type ErrorDetails } from './error-details';
import { maxDepth } from './max-depth';

export interface Obstacle extends Problem {
  /** Where it is, as an expression: `this.options.onDone`. */
  path: string;
}

/** An obstacle in words: where it is, what it is, and what to do. */
export const describeObstacle = ({ path, problem, advice }: Obstacle, usualAdvice: string): string =>
  `${path} ${problem}: ${advice ?? usualAdvice}`;

/** A value inside the inspected value. */
interface PathNode {
  value: unknown;
  /** Its part of the path: `.options` or `[3]`. */
  key: string;
  parent: PathNode | undefined;
  /** Levels from the inspected value, which is 1. */
  depth: number;
}

/**
 * Returns an obstacle in `value`, or undefined if all of it can be sent. `root` is the first part of the path. Adds the
 * details of the errors in it to `details`, if it is given.
 */
export function findObstacle(
  value: unknown,
  root: string,
  strictness: Strictness,
  details?: ErrorDetails[],
): Obstacle | undefined {
  if (isSimple(value)) return undefined;
  const walk = new Walk();
  const obstacle = walk.findObstacle(value, root, strictness);
  if (!obstacle && details) walk.collectDetails(details);
  return obstacle;
}

/** The details of the errors in a value that can be sent. */
export function errorDetailsIn(value: unknown): ErrorDetails[] {
  const details: ErrorDetails[] = [];
  findObstacle(value, '', 'message', details);
  return details;
}

/** Walks through values in the order in which V8 serializes them, one after the other. */
class Walk {
  readonly #seen = new Set<unknown>();
  readonly #errors: Error[] = [];
  readonly #deepest = maxDepth();
  /** What the present value added to `#seen`, if it may have to be removed again. */
  #added: unknown[] | undefined;

  findObstacle(value: unknown, root: string, strictness: Strictness): Obstacle | undefined {
    const seen = this.#seen;
    // A stack of our own instead of recursion: a value may be nested deeper than the call stack. V8 writes a value that
    // it meets again only once, so the order of the walk is V8's own: only then is `depth` how deep V8 nests the value.
    const open: PathNode[] = [{ value, key: root, parent: undefined, depth: 1 }];
    for (let node = open.pop(); node; node = open.pop()) {
      if (seen.has(node.value)) {
        if (types.isNativeError(node.value) && isInside(node, node.value)) return { path: pathOf(node), ...OWN_CAUSE };
        continue;
      }
      if (node.depth > this.#deepest) return { path: root, ...tooDeep(this.#deepest) };
      const verdict = classifySafely(node.value, strictness);
      if (typeof verdict === 'object') return { path: pathOf(node), ...verdict };
      if (isSimple(node.value)) continue;
      seen.add(node.value);
      this.#added?.push(node.value);
      if (verdict === 'fine') continue;
      if (types.isNativeError(node.value)) this.#errors.push(node.value);
      const obstacle = openParts(node, open);
      if (obstacle) return obstacle;
    }
    return undefined;
  }

  /** Adds the details of the errors that were found, and of the errors in these details. */
  collectDetails(details: ErrorDetails[]): void {
    // The list grows meanwhile.
    for (const error of this.#errors) {
      const own = detailsOf(error, value => this.#canSend(value));
      if (own) details.push(own);
    }
  }

  #canSend(value: unknown): boolean {
    if (isSimple(value)) return true;
    const { length } = this.#errors;
    this.#added = [];
    if (!this.findObstacle(value, '', 'message')) return true;
    // V8 will not see this value, so another one that refers to a part of it has to be walked through.
    for (const each of this.#added) this.#seen.delete(each);
    this.#errors.length = length;
    return false;
  }
}

/** V8 serializes an error that is part of its own cause. On Node 20 it cannot deserialize it. */
const OWN_CAUSE: Problem = { problem: 'is an Error that is its own cause' };

/** Whether the value `inner` contains `outer`. */
function isInside(inner: PathNode, outer: unknown): boolean {
  for (let at = inner.parent; at; at = at.parent) if (at.value === outer) return true;
  return false;
}

const tooDeep = (deepest: number): Problem => ({
  problem: `is nested more than ${deepest} levels deep, and the other side could not read it`,
  advice: 'make it less deep, such as a list in place of a chain, or send it as text',
});

/** Holes that an array may have. Holes take memory in the process that receives the array. */
const MOST_HOLES = 1_000_000;

/** Adds the parts of a value to `open`. Returns an obstacle if a part cannot be read. */
function openParts(node: PathNode, open: PathNode[]): Obstacle | undefined {
  const { value } = node;
  const depth = node.depth + 1;
  const start = open.length;
  const add = (part: unknown, key: string) => {
    if (!isSimple(part)) open.push({ value: part, key, parent: node, depth });
  };
  if (types.isMap(value)) {
    for (const [key, entry] of value) {
      add(key, '[key of the Map]');
      add(entry, isSimple(key) ? `.get(${JSON.stringify(String(key))})` : '[value of the Map]');
    }
  } else if (types.isNativeError(value)) {
    // Its other fields are no obstacle: those that cannot be sent are left out of its details.
    if (Object.hasOwn(value, 'cause')) add(value.cause, '.cause');
  } else if (types.isSet(value)) {
    for (const entry of value) add(entry, '[entry of the Set]');
  } else {
    const keys = Object.keys(value as object);
    if (Array.isArray(value) && value.length - keys.length > MOST_HOLES) {
      return { path: pathOf(node), problem: `is an array of length ${value.length} with ${keys.length} entries` };
    }
    for (const key of keys) {
      try {
        add((value as Record<string, unknown>)[key], accessOf(value, key));
      } catch (error) {
        return {
          path: `${pathOf(node)}${accessOf(value, key)}`,
          problem: `has a getter that throws (${safeText(error)})`,
        };
      }
    }
  }
  // The first part is taken from the stack first.
  reverseFrom(open, start);
  return undefined;
}

function reverseFrom(list: PathNode[], start: number): void {
  for (let low = start, high = list.length - 1; low < high; low++, high--) {
    const first = list[low] as PathNode;
    list[low] = list[high] as PathNode;
    list[high] = first;
  }
}

/** How code accesses the field `key`: `.name`, `[3]` or `["a b"]`. */
function accessOf(value: unknown, key: string): string {
  if (Array.isArray(value)) return `[${key}]`;
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Parts of a path. A longer path is shortened in the middle. */
const LONGEST_PATH = 20;

function pathOf(node: PathNode): string {
  const keys: string[] = [];
  for (let at: PathNode | undefined = node; at; at = at.parent) keys.unshift(at.key);
  if (keys.length > LONGEST_PATH) keys.splice(LONGEST_PATH / 2, keys.length - LONGEST_PATH, '...');
  return keys.join('');
}
