/** Child side: the half of the library in a child: one instance is the task, others are real or inert. */

import type { AnySubprocess, ShutdownOptions } from '../model/types';
import { decodeValue } from '../protocol/frames';
import type { PrimeOrder, StartOrder } from '../protocol/to-child';
import { type ChildMembers, type ChildSide, type ParentSide, setChildMembers } from '../side';
import { Subprocess } from '../subprocess';
import { safeText } from '../util/safely';

import type { Awaited, Inert } from './inert';
import { NotFoundError } from './load/load-class';
import type { TaskClass } from './load/task-class';
import type { WorkContext } from './work-context';

/** The user's restore() threw; `cause` is what. */
export class RestoreError extends Error {}

export class ChildHalf implements ChildSide {
  #inert: Inert | undefined;
  /** Classes of which code of the module has made an inert instance. */
  readonly constructed = new Set<TaskClass>();
  readonly depth: number;
  readonly mainScript: string | null;
  readonly #context: WorkContext;
  #rebuilding: { type: TaskClass; members: ChildMembers } | undefined;
  #rebuilt = false;
  #warned = false;
  #nested: ParentSide | undefined;

  constructor({ depth, mainScript }: Pick<PrimeOrder, 'depth' | 'mainScript'>, context: WorkContext) {
    this.depth = depth;
    this.mainScript = mainScript;
    this.#context = context;
  }

  /** Whether code of the module waits for an inert instance. */
  get awaited(): Awaited {
    return this.#inert?.awaited ?? 'nothing';
  }

  /**
   * The instance on this side: made anew without arguments, with the snapshot laid over it.
   * @throws NotFound if it lacks a field that was left for it to make; RestoreFailed
   */
  rebuild(type: TaskClass, { state, own }: Pick<StartOrder, 'state' | 'own'>, members: ChildMembers): AnySubprocess {
    let instance: AnySubprocess;
    let failure = '';
    this.#rebuilding = { type, members };
    try {
      instance = new type();
    } catch (error) {
      // A constructor that needs its arguments: the fields come from the snapshot alone.
      instance = Object.create(type.prototype);
      setChildMembers(instance, members);
      failure = `, where its constructor has no arguments and threw: ${safeText(error)}`;
    }
    this.#rebuilding = undefined;
    this.#rebuilt = true;
    try {
      instance.restore(decodeValue(state));
    } catch (cause) {
      throw new RestoreError('restore() threw', { cause });
    }
    const missing = own.find(key => !(key in instance));
    if (missing === undefined) return instance;
    throw new NotFoundError(
      `has a field this.${missing} that cannot cross, and that the instance in the child does not make by itself${failure}: make it a method or a field with an initial value, or assign it in run()`,
    );
  }

  adopt(instance: AnySubprocess, args: unknown[], real: () => ParentSide) {
    if (this.#rebuilding && instance.constructor === this.#rebuilding.type) {
      const { members } = this.#rebuilding;
      this.#rebuilding = undefined;
      return members;
    }
    if (this.#context.isWork) return this.#real(real).adopt(instance, args);
    this.constructed.add(instance.constructor as TaskClass);
    if (this.#rebuilt) this.#warn(instance);
    return this.#inertHalf().members;
  }

  shutdownAll(type: object, options: ShutdownOptions | undefined, real: () => ParentSide) {
    return this.#context.isWork ? this.#real(real).shutdownAll(type, options) : this.#inertHalf().promise();
  }

  /** Ends the children of this child, in a little less than `grace` ms. */
  async shutdownNested(grace: number): Promise<void> {
    await this.#nested?.shutdownAll(Subprocess, { grace: grace * 0.8 });
  }

  #inertHalf(): Inert {
    // Loaded here: a child whose module constructs nothing has none.
    this.#inert ??= new (require('./inert') as typeof import('./inert')).Inert();
    return this.#inert;
  }

  #real(real: () => ParentSide): ParentSide {
    this.#nested ??= real();
    return this.#nested;
  }

  #warn(instance: AnySubprocess): void {
    if (this.#warned) return;
    this.#warned = true;
    const { name } = instance.constructor;
    process.emitWarning(
      `a child loads the module of its class, whose own code has now constructed ${name} once more: it stays without effect here. Guard that code with isChild from offspring-rx`,
      { type: 'SubprocessWarning', code: 'OFFSPRING_INERT' },
    );
  }
}
