/** Parent side: decides when one instance starts. */
import { StartError, type StartPhase, StateError } from '../../model/errors';
import type { AnySubprocess } from '../../subprocess';
import { queueMicrotask } from '../../util/timers';
import type { ClassInfo } from '../flags';
import type { Journal } from '../follow/journal';
import { Preparation, type Snapshot } from './preparation';

export interface StartConfig {
  instance: AnySubprocess;
  args: unknown[];
  info: ClassInfo;
  journal: Journal;
  /** Called once it is certain that the instance starts. */
  onStart(): void;
  /** Makes the child. Called once at most. */
  launch(snapshot: Snapshot): void;
}

export class Start {
  readonly #config: StartConfig;
  readonly #preparation: Preparation;
  /** Whether the instance is to start: by its class, or by a call of `start()`. */
  #isRequested = false;

  constructor(config: StartConfig) {
    const { instance, args, info } = config;
    this.#config = config;
    this.#preparation = new Preparation({
      instance,
      args,
      name: info.name,
      onDone: () => this.#launch(),
      onFailure: (phase, message, cause) => this.#fail(phase, message, cause),
    });
    if (!info.flags.EXPLICIT_START) this.#markRequested();
    // In a microtask, after the field initializers of the subclass. They would overwrite what `init` sets.
    queueMicrotask(() => this.prepare());
  }

  /** Called by `start()`. @throws StateError if the instance was started before, or has ended */
  request(): void {
    const { exited, startedAt } = this.#config.journal.facts;
    if (exited) throw this.#misuse('start() came after the end: create a new instance for another run');
    if (startedAt !== null || (this.#isRequested && !this.#preparation.isDue)) {
      throw this.#misuse('it has been started before: an instance starts once, by itself unless EXPLICIT_START is set');
    }
    if (!this.#isRequested) this.#markRequested();
    if (this.#preparation.isDue) this.prepare();
    else this.#launch();
  }

  /** Calls `init`, unless it was called before. Then makes the process, if the start was requested. */
  prepare(): void {
    if (!this.#config.journal.facts.exited) this.#preparation.run();
  }

  /** What `snapshot()` returns if it is not overridden. */
  fields(): unknown {
    return this.#preparation.fields();
  }

  #markRequested(): void {
    this.#isRequested = true;
    this.#config.onStart();
  }

  #launch(): void {
    const { journal, launch } = this.#config;
    const { exited, startedAt } = journal.facts;
    if (!this.#isRequested || !this.#preparation.isDone || exited || startedAt !== null) return;
    const snapshot = this.#preparation.snapshot();
    if (snapshot) launch(snapshot);
  }

  #fail(phase: StartPhase, message: string, cause: unknown): void {
    const { info, journal } = this.#config;
    journal.add({ type: 'fault', error: new StartError(phase, message, { subprocess: info.name, cause }) });
    journal.add({ type: 'end', code: null, signal: null });
  }

  #misuse(why: string): StateError {
    const { info, journal } = this.#config;
    return new StateError(`${info.name}: ${why}`, { subprocess: info.name, pid: journal.facts.pid });
  }
}
