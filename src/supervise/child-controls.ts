/** Parent side: the controls of the children of a Supervisor, by their paths. */
import type { Controls } from './branch';
import { ChildControl } from './child-control';
import { nameOf } from './children-state';

export class ChildControls implements Controls {
  readonly #controls = new Map<string, ChildControl>();

  of(path: readonly string[]): ChildControl {
    const name = nameOf(path);
    const known = this.#controls.get(name);
    if (known) return known;
    const control = new ChildControl(path.join('/'));
    this.#controls.set(name, control);
    return control;
  }

  /** There is no such child any longer. */
  forget(path: readonly string[]): void {
    const name = nameOf(path);
    this.#controls.get(name)?.close();
    this.#controls.delete(name);
  }

  /** The supervisor has ended. */
  close(): void {
    for (const control of this.#controls.values()) control.close();
  }
}
