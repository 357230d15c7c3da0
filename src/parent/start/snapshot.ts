/** Parent side: what of an instance crosses to the child. */

import type { AnySubprocess } from '../../model/types';
import { findObstacle, type Obstacle } from '../../protocol/crossing';
import { type Encoded, encodeValue, MAX_FRAME } from '../../protocol/frames';
import { Subprocess } from '../../subprocess';
import { SubprocessLoop } from '../../subprocess-loop';
import { attempt, safeText } from '../../util/safely';

type Fields = Record<string, unknown>;

/** The fields before `init`: what could not cross then stays out of the snapshot, since the child makes its own. */
export type Baseline = ReadonlyMap<PropertyKey, { value: unknown; crosses: boolean }>;

/** Bytes: a frame's, less some for what else is in it. */
const LARGEST = MAX_FRAME - 1024 * 1024;

export class SnapshotError extends Error {}

export function baselineOf(instance: AnySubprocess): Baseline {
  return new Map(
    ownFields(instance).map(({ key, value, error }) => [
      key,
      { value, crosses: error === undefined && !findObstacle(value, '', 'snapshot') },
    ]),
  );
}

/** The fields that stay out of the snapshot, since the instance in the child makes its own. */
export function ownOf(instance: AnySubprocess, baseline: Baseline): string[] {
  return ownFields(instance)
    .filter(({ key, value }) => typeof key === 'string' && isOwn(baseline, key, value))
    .map(({ key }) => key as string);
}

function isOwn(baseline: Baseline, key: PropertyKey, value: unknown): boolean {
  const before = baseline.get(key);
  return before !== undefined && before.value === value && !before.crosses;
}

/** The instance's own fields that can cross. @throws SnapshotError naming a field that `init` set and that cannot */
export function fieldsOf(instance: AnySubprocess, baseline: Baseline): Fields {
  const fields: Fields = Object.create(null);
  for (const { key, value, error } of ownFields(instance)) {
    if (members.has(key)) {
      throw new SnapshotError(`this.${String(key)} hides the member of that name: give the field another name`);
    }
    if (isOwn(baseline, key, value)) continue;
    if (error) throw error;
    const obstacle = typeof key === 'symbol' ? symbolKey(key) : findObstacle(value, `this.${key}`, 'snapshot');
    if (obstacle) throw refused(obstacle);
    fields[key as string] = value;
  }
  return fields;
}

/** `state`, serialised. @throws SnapshotError naming what in it cannot cross */
export function encodeSnapshot(state: unknown): Encoded {
  const obstacle = findObstacle(state, 'snapshot()', 'snapshot');
  if (obstacle) throw refused(obstacle);
  let encoded: Encoded;
  try {
    encoded = encodeValue(state);
  } catch (cause) {
    const what = tooMuch(state);
    throw new SnapshotError(
      `${what} is too deep or too large to be serialised (${safeText(cause)}): make it less deep, or override snapshot() and restore() to choose what crosses`,
      { cause },
    );
  }
  if (encoded.length <= LARGEST) return encoded;
  throw new SnapshotError(
    `the whole of its fields takes ${encoded.length} bytes, more than the ${LARGEST} that cross at the start: send() what is large, in parts`,
  );
}

/** The field that cannot be serialised, which only trying tells. */
function tooMuch(state: unknown): string {
  // What fieldsOf gives, and no snapshot() that was overridden.
  if (typeof state !== 'object' || state === null || Object.getPrototypeOf(state) !== null) return 'snapshot()';
  const field = Object.keys(state).find(key => attempt(() => encodeValue((state as Fields)[key])) === undefined);
  return field === undefined ? 'the whole of its fields' : `this.${field}`;
}

interface Field {
  key: PropertyKey;
  value?: unknown;
  error?: SnapshotError;
}

function ownFields(instance: AnySubprocess): Field[] {
  const keys = Reflect.ownKeys(instance).filter(key => Object.prototype.propertyIsEnumerable.call(instance, key));
  return keys.map(key => {
    try {
      return { key, value: Reflect.get(instance, key) };
    } catch (cause) {
      return {
        key,
        error: new SnapshotError(`this.${String(key)} has a getter that throws (${safeText(cause)})`, { cause }),
      };
    }
  });
}

/** Members that people write themselves, as methods or as fields. */
const HOOKS = new Set<PropertyKey>(['init', 'run', 'begin', 'loop', 'end', 'forkOptions', 'snapshot', 'restore']);

const members = new Set<PropertyKey>(
  [Subprocess.prototype, SubprocessLoop.prototype].flatMap(Reflect.ownKeys).filter(key => !HOOKS.has(key)),
);

const symbolKey = (key: symbol): Obstacle => ({ path: `this[${String(key)}]`, problem: 'has a symbol for its key' });

function refused({ path, problem }: Obstacle): SnapshotError {
  const advice =
    problem === 'is a function'
      ? 'make it a method, or assign it in run()'
      : 'create it in run(), or override snapshot() and restore() to choose what crosses';
  return new SnapshotError(`${path} ${problem}: ${advice}`);
}
