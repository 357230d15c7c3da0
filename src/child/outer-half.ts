/** Child side: gives new instances their members in the other threads of a child, and before a child has booted. */
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { ShutdownOptions } from '../model/types';
import type { ChildSide, ParentSide } from '../side';
import type { SharedState } from '../util/in-child';
import { attempt } from '../util/safely';
import { Inert } from './inert';
import { warnInert } from './warn-inert';

export class OuterHalf implements ChildSide {
  readonly depth: number;
  readonly mainScript: string | null;
  readonly isWork: boolean;
  readonly #inert = new Inert();

  /** `shared` is what the child gave this thread; undefined if the child had nothing to give yet. */
  constructor(shared: SharedState | undefined) {
    this.depth = shared?.depth ?? 0;
    this.mainScript = shared?.mainScript ?? null;
    this.isWork = shared?.isWork === true && !replays(shared);
  }

  adopt(instance: object, args: unknown[], loadParentSide: () => ParentSide) {
    if (this.isWork) return loadParentSide().adopt(instance, args);
    warnInert(instance);
    return this.#inert.members;
  }

  inertStream() {
    return this.#inert.stream();
  }

  inertPromise() {
    return this.#inert.promise();
  }

  shutdownAll(type: object, options: ShutdownOptions | undefined, loadParentSide: () => ParentSide) {
    return this.isWork ? loadParentSide().shutdownAll(type, options) : this.#inert.promise();
  }
}

/** Whether the script of this thread is one that a child runs again: the module of its class, or the main script. */
function replays({ module, mainScript }: SharedState): boolean {
  const script = attempt(() => realpathSync(process.argv[1] ?? ''));
  return (
    script !== undefined && [module, mainScript].some(each => each === script || each === pathToFileURL(script).href)
  );
}
