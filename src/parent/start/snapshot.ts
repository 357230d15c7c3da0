/** Parent side: selects the fields of an instance that are sent to its child. */
import { describeObstacle, findObstacle, type Obstacle } from '../../protocol/crossing';
import type { ErrorDetails } from '../../protocol/error-details';
import { type Encoded, encodeValue, MAX_FRAME } from '../../protocol/frames';
import type { AnySubprocess } from '../../subprocess';
import { Subprocess } from '../../subprocess';
import { SubprocessLoop } from '../../subprocess-loop';
import { attempt, safeText } from '../../util/safely';

type Fields = Record<string, unknown>;

/** The fields before `init`. One that cannot be sent was made by the constructor, which runs in the child too. */
export type Baseline = ReadonlyMap<PropertyKey, { value: unknown; isSendable: boolean }>;

/** Bytes. A frame contains the snapshot and some more. */
const LARGEST_SNAPSHOT = MAX_FRAME - 1024 * 1024;

export class SnapshotError extends Error {}

export function baselineOf(instance: AnySubprocess): Baseline {
  return new Map(
    ownFields(instance).map(({ key, value, error }) => [
      key,
      { value, isSendable: error === undefined && !findObstacle(value, '', 'snapshot') },
    ]),
  );
}

/** The fields that are not in the snapshot. The child's constructor makes them on its own. */
export function excludedFields(instance: AnySubprocess, baseline: Baseline): string[] {
  return ownFields(instance)
    .filter(({ key, value }) => typeof key === 'string' && isExcluded(baseline, key, value))
    .map(({ key }) => key as string);
}

/** Whether a field could not be sent before `init`, and `init` has not changed it. */
function isExcluded(baseline: Baseline, key: PropertyKey, value: unknown): boolean {
  const before = baseline.get(key);
  return before !== undefined && before.value === value && !before.isSendable;
}

/** The fields that are sent. @throws SnapshotError that names a field that `init` has set and that cannot be sent */
export function fieldsOf(instance: AnySubprocess, baseline: Baseline): Fields {
  const fields: Fields = Object.create(null);
  for (const { key, value, error } of ownFields(instance)) {
    if (MEMBERS.has(key)) {
      throw new SnapshotError(`this.${String(key)} hides the member of that name: give the field another name`);
    }
    if (isExcluded(baseline, key, value)) continue;
    if (error) throw error;
    const obstacle = typeof key === 'symbol' ? symbolKey(key) : findObstacle(value, `this.${key}`, 'snapshot');
    if (obstacle) throw errorFor(obstacle);
    fields[key as string] = value;
  }
  return fields;
}

/** Serializes a snapshot. @throws SnapshotError that names the part that cannot be sent */
export function encodeSnapshot(state: unknown): Encoded {
  const details: ErrorDetails[] = [];
  const obstacle = findObstacle(state, 'snapshot()', 'snapshot', details);
  if (obstacle) throw errorFor(obstacle);
  let encoded: Encoded;
  try {
    encoded = encodeValue(state, details);
  } catch (cause) {
    const culprit = nameUnserializable(state);
    throw new SnapshotError(
      `${culprit} is too deep or too large to be serialized (${safeText(cause)}): make it less deep, or override snapshot() and restore() to choose what crosses`,
      { cause },
    );
  }
  if (encoded.length <= LARGEST_SNAPSHOT) return encoded;
  throw new SnapshotError(
    `its fields together take ${encoded.length} bytes, more than the ${LARGEST_SNAPSHOT} that can be sent at the start: send() large data in parts`,
  );
}

/** Names the part that cannot be serialized. To find it, each field is serialized alone. */
function nameUnserializable(state: unknown): string {
  // Only the result of fieldsOf has no prototype. Anything else comes from an overridden snapshot().
  if (typeof state !== 'object' || state === null || Object.getPrototypeOf(state) !== null) return 'snapshot()';
  const field = Object.keys(state).find(key => attempt(() => encodeValue((state as Fields)[key])) === undefined);
  return field === undefined ? 'the whole snapshot' : `this.${field}`;
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

/** Members that users define, as methods or as fields. */
const HOOKS = new Set<PropertyKey>(['init', 'run', 'begin', 'loop', 'end', 'forkOptions', 'snapshot', 'restore']);

/** The other members of the two base classes. A field may not hide them. */
const MEMBERS = new Set<PropertyKey>(
  [Subprocess.prototype, SubprocessLoop.prototype].flatMap(Reflect.ownKeys).filter(key => !HOOKS.has(key)),
);

const symbolKey = (key: symbol): Obstacle => ({ path: `this[${String(key)}]`, problem: 'has a symbol for its key' });

function errorFor(obstacle: Obstacle): SnapshotError {
  const usualAdvice =
    obstacle.problem === 'is a function'
      ? 'make it a method, or assign it in run()'
      : 'create it in run(), or override snapshot() and restore() to choose what crosses';
  return new SnapshotError(describeObstacle(obstacle, usualAdvice));
}
