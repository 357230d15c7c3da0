/** Child side: gives each new instance in this process its members: those of the task, of a parent, or inert ones. */
import type { ShutdownOptions } from '../model/types';
import { decodeValue } from '../protocol/frames';
import type { PrimeOrder, StartOrder } from '../protocol/to-child';
import { type ChildMembers, type ChildSide, type ParentSide, setChildMembers } from '../side';
import { type AnySubprocess, Subprocess } from '../subprocess';
import { safeText } from '../util/safely';
import type { Inert } from './inert';
import { NotFoundError } from './load/load-class';
import type { TaskClass } from './load/task-class';
import type { AwaitedKind } from './load/unexported/stuck-import';
import type { WorkContext } from './work-context';

/** The user's restore() threw; `cause` is the error. */
export class RestoreError extends Error {}

export class ChildHalf implements ChildSide {
  #inert: Inert | undefined;
  /** The classes of the inert instances that code of the module has constructed. */
  readonly constructed = new Set<TaskClass>();
  readonly depth: number;
  readonly mainScript: string | null;
  readonly ownGroup: boolean;
  readonly #context: Pick<WorkContext, 'isWork'>;
  /** Set while the constructor of the task's instance runs. */
  #rebuilding: { type: TaskClass; members: ChildMembers } | undefined;
  #isRebuilt = false;
  /** The parent half of the library, for children of this child. */
  #parentSide: ParentSide | undefined;

  constructor(
    { depth, mainScript, ownGroup }: Pick<PrimeOrder, 'depth' | 'mainScript' | 'ownGroup'>,
    context: Pick<WorkContext, 'isWork'>,
  ) {
    this.depth = depth;
    this.mainScript = mainScript;
    this.ownGroup = ownGroup === true;
    this.#context = context;
  }

  get isWork(): boolean {
    return this.#context.isWork;
  }

  /** Whether code of the module waits for an inert instance, and how. */
  get awaited(): AwaitedKind {
    return this.#inert?.awaited ?? 'nothing';
  }

  /**
   * Constructs the task's instance without arguments, then restores the snapshot into it.
   * @throws RestoreError if the user's restore() threw
   * @throws NotFoundError if the instance lacks a field that the snapshot left out
   */
  rebuild(type: TaskClass, { state, own }: Pick<StartOrder, 'state' | 'own'>, members: ChildMembers): AnySubprocess {
    let instance: AnySubprocess;
    let constructorError = '';
    this.#rebuilding = { type, members };
    try {
      instance = new type();
    } catch (error) {
      // The constructor needs its arguments. The instance has only the fields of the snapshot then.
      instance = Object.create(type.prototype);
      setChildMembers(instance, members);
      constructorError = ` (its constructor got no arguments there and threw: ${safeText(error)})`;
    }
    this.#rebuilding = undefined;
    this.#isRebuilt = true;
    try {
      instance.restore(decodeValue(state));
    } catch (cause) {
      throw new RestoreError('restore() threw', { cause });
    }
    const missing = own.find(key => !(key in instance));
    if (missing === undefined) return instance;
    throw new NotFoundError(
      `has a field this.${missing} that cannot cross, and the instance in the child does not make it${constructorError}: make it a method or a field with an initial value, or assign it in run()`,
    );
  }

  adopt(instance: object, args: unknown[], loadParentSide: () => ParentSide) {
    if (this.#rebuilding && instance.constructor === this.#rebuilding.type) {
      const { members } = this.#rebuilding;
      this.#rebuilding = undefined;
      return members;
    }
    if (this.#context.isWork) return this.#parentSideFrom(loadParentSide).adopt(instance, args);
    this.constructed.add(instance.constructor as TaskClass);
    if (this.#isRebuilt) (require('./warn-inert') as typeof import('./warn-inert')).warnInert(instance);
    return this.#loadInert().members;
  }

  shutdownAll(type: object, options: ShutdownOptions | undefined, loadParentSide: () => ParentSide) {
    if (this.#context.isWork) return this.#parentSideFrom(loadParentSide).shutdownAll(type, options);
    return this.#loadInert().promise();
  }

  inertStream() {
    return this.#loadInert().stream();
  }

  inertPromise() {
    return this.#loadInert().promise();
  }

  /** Shuts down the children of this child. They get a little less than `grace` ms. */
  async shutdownNested(grace: number): Promise<void> {
    await this.#parentSide?.shutdownAll(Subprocess, { grace: grace * 0.8 });
    await this.#parentSide?.finish();
  }

  #loadInert(): Inert {
    // Most modules construct no instance, so it is loaded on first use.
    const { Inert } = require('./inert') as typeof import('./inert');
    this.#inert ??= new Inert();
    return this.#inert;
  }

  #parentSideFrom(load: () => ParentSide): ParentSide {
    this.#parentSide ??= load();
    return this.#parentSide;
  }
}
