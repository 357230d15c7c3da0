/** Parent side: what an instance goes through before it has a process: `init`, and the snapshot of what that made. */
import type { StartPhase } from '../../model/errors';
import type { AnySubprocess } from '../../model/types';
import type { Encoded } from '../../protocol/frames';
import { Subprocess } from '../../subprocess';
import { safeText } from '../../util/safely';
import { isThenable } from '../../util/value-kinds';
import { type Baseline, baselineOf, encodeSnapshot, fieldsOf, ownOf, SnapshotError } from './snapshot';

/** What the child gets of the instance. */
export interface Snapshot {
  state: Encoded;
  /** Fields that stay out of it, since the instance in the child makes its own. */
  own: string[];
}

export interface PreparationConfig {
  instance: AnySubprocess;
  args: unknown[];
  name: string;
  /** `init` is done. */
  onDone(): void;
  onFailure(phase: StartPhase, message: string, cause: unknown): void;
}

export class Preparation {
  readonly #config: PreparationConfig;
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

  /** Calls `init`, the first time that it is called. */
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

  /** The instance as it is now; undefined if it cannot cross, which `onFailure` is told. */
  snapshot(): Snapshot | undefined {
    const { instance, name, onFailure } = this.#config;
    try {
      const chosen = instance.snapshot !== Subprocess.prototype.snapshot;
      const state = encodeSnapshot(instance.snapshot());
      return { state, own: chosen ? [] : ownOf(instance, this.#baseline) };
    } catch (cause) {
      const why = cause instanceof SnapshotError ? cause.message : `snapshot() threw in the parent: ${safeText(cause)}`;
      onFailure('snapshot', `${name}: ${why}`, cause);
      return undefined;
    }
  }

  /** What crosses where `snapshot()` is not overridden. */
  fields(): unknown {
    return fieldsOf(this.#config.instance, this.#baseline);
  }
}
