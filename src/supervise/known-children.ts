/** Parent side: what is known of the children of a Supervisor now. */
import { map, type Observable, ReplaySubject } from 'rxjs';
import type { AnySubprocess } from '../index';
import type { Check } from '../util/check-options';
import {
  type ChildrenInput,
  type ChildrenState,
  type ChildSnapshot,
  nameOf,
  reduceChildren,
  snapshotOf,
} from './children-state';
import { checkerFor } from './options';

const PATH: Check = [
  'the key of a child, keys joined by /, or a list of keys',
  value => (Array.isArray(value) ? value : [value]).every(key => typeof key === 'string'),
];

export class KnownChildren {
  #state: ChildrenState = new Map();
  readonly #state$ = new ReplaySubject<ChildrenState>(1);

  /** All children now, and again when one has changed. Completes when their supervisor has ended; replayed then too. */
  readonly snapshot$: Observable<readonly ChildSnapshot[]> = this.#state$.pipe(
    map(children => [...children.values()].map(snapshotOf)),
  );

  constructor() {
    this.#state$.next(this.#state);
  }

  add(input: ChildrenInput): void {
    const before = this.#state;
    this.#state = reduceChildren(before, input);
    if (this.#state !== before) this.#state$.next(this.#state);
  }

  complete(): void {
    this.#state$.complete();
  }

  has(path: readonly string[]): boolean {
    return this.#state.has(nameOf(path));
  }

  /** The task that does the work of a child. */
  taskAt(path: readonly string[]): AnySubprocess | undefined {
    return this.#state.get(nameOf(path))?.current?.task;
  }

  /** The paths of all children, for messages. */
  get paths(): string[] {
    return [...this.#state.values()].map(({ path }) => path.join('/'));
  }

  /** The keys of a path that users gave. A key may contain a slash itself. @throws StateError if `path` is none */
  pathOf(path: string | readonly string[]): readonly string[] {
    checkerFor('Supervisor').must('the path', path, PATH);
    if (typeof path !== 'string') return path;
    return this.has([path]) ? [path] : path.split('/');
  }
}
