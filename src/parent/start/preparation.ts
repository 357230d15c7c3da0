/** Parent side: prepares an instance for its start: calls `init`, then takes the snapshot. */
import type { StartPhase } from '../../model/errors';
import type { Encoded } from '../../protocol/frames';
import type { AnySubprocess } from '../../subprocess';
import { Subprocess } from '../../subprocess';
import { safeText } from '../../util/safely';
import { isThenable } from '../../util/value-kinds';
import { type Baseline, baselineOf, encodeSnapshot, excludedFields, fieldsOf, SnapshotError } from './snapshot';

/** The part of an instance that is sent to the child. */
export interface Snapshot {
  state: Encoded;
  /** Fields that are not in the snapshot. The child's constructor makes them on its own. */
  own: string[];
}

export interface PreparationConfig {
  instance: AnySubprocess;
  args: unknown[];
  name: string;
  /** Called when `init` is done. */
  onDone(): void;
  onFailure(phase: StartPhase, message: string, cause: unknown): void;
}

export class Preparation {
  readonly #config: PreparationConfig;
  /** The fields before `init`. */
  #baseline: Baseline = new Map();
  #state: 'due' | 'running' | 'done' = 'due';

  constructor(config: PreparationConfig) {
    this.#config = config;
  }

  get isDue(): boolean {
    return this.#state === 'due';
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** Calls `init`. Later calls do nothing. */
  run(): void {
    if (!this.isDue) return;
    this.#state = 'running';
    const { instance, args, name, onDone, onFailure } = this.#config;
    const done = () => {
      this.#state = 'done';
      onDone();
    };
    const failed = (cause: unknown) =>
      onFailure('init', `${name}.init() threw in the parent: ${safeText(cause)}`, cause);
    let promise: unknown;
    try {
      this.#baseline = baselineOf(instance);
      promise = instance.init(...args);
    } catch (error) {
      return failed(error);
    }
    if (isThenable(promise)) promise.then(done, failed);
    else done();
  }

  /** Returns a snapshot of the instance as it is now. If that fails, calls `onFailure` and returns undefined. */
  snapshot(): Snapshot | undefined {
    const { instance, name, onFailure } = this.#config;
    try {
      const isOverridden = instance.snapshot !== Subprocess.prototype.snapshot;
      const state = encodeSnapshot(instance.snapshot());
      return { state, own: isOverridden ? [] : excludedFields(instance, this.#baseline) };
    } catch (cause) {
      const why = cause instanceof SnapshotError ? cause.message : `snapshot() threw in the parent: ${safeText(cause)}`;
      onFailure('snapshot', `${name}: ${why}`, cause);
      return undefined;
    }
  }

  /** What `snapshot()` returns if it is not overridden. */
  fields(): unknown {
    return fieldsOf(this.#config.instance, this.#baseline);
  }
}
