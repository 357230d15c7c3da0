/** Parent side: what a supervisor is given to look after. */
import type { AnySubprocess } from '../index';
import { OBJECT, OptionChecker } from '../util/check-options';
import type { Place, SupervisorEvent } from './events';
import type { SuperviseAllOptions } from './options';

/** Factories by key. They start in the order in which they are written, so no key is a whole number. */
export type Children = { readonly [key: string]: ChildFactory };

/** Called for each start: returns a new task, or a supervisor below this one, as what `superviseAll` takes. */
export type ChildFactory = () => AnySubprocess | Supervision | Children;

/** The arguments of `superviseAll`, for a supervisor below another. Options that it leaves out have their defaults. */
export interface Supervision {
  children: Children;
  options?: SuperviseAllOptions;
}

/** What `superviseAll(children)` emits: the type of a task follows from the key, `child`, also of those below. */
export type ChildEvent<C extends Children = Children> = Children extends C
  ? SupervisorEvent & Place
  : { [Key in keyof C & string]: EventsOf<Key, ReturnType<C[Key]>> }[keyof C & string];

type EventsOf<Key extends string, Made> = Made extends AnySubprocess
  ? SupervisorEvent<Made> & Place<Key>
  : // Of itself, a supervisor starts no process.
    (Extract<SupervisorEvent, { type: 'restarting' | 'gave-up' }> & Place<Key>) | EventsBelow<Made>;

type EventsBelow<Made> = Made extends { children: infer C extends Children }
  ? ChildEvent<C>
  : Made extends Children
    ? ChildEvent<Made>
    : never;

/** The arguments of `superviseAll` in what a factory returned; undefined if they are not there. */
export function supervisionIn(made: unknown): Supervision | undefined {
  if (typeof made !== 'object' || made === null || Object.getPrototypeOf(made) !== Object.prototype) return undefined;
  // A child's value is a function, so a child may be called `children`.
  if (typeof (made as Partial<Supervision>).children === 'object') return made as Supervision;
  return Object.values(made).every(value => typeof value === 'function') ? { children: made as Children } : undefined;
}

/** @throws StateError that says which child is wrong, or that options name one which does not exist */
export function checkedChildren(children: Children, options: SuperviseAllOptions): Children {
  const checker = new OptionChecker('superviseAll: ', { subprocess: 'superviseAll' });
  const [, isObject] = OBJECT;
  if (!isObject(children)) {
    throw checker.wrong('the first argument', children, 'an object of factories by key, as { web: () => new Web() }');
  }
  for (const [key, factory] of Object.entries(children)) {
    if (typeof factory !== 'function')
      throw checker.wrong(`child '${key}'`, factory, 'a function that returns a new task');
    if (/^\d+$/.test(key))
      throw checker.wrong('a key', key, 'no whole number, which JavaScript puts before other keys');
  }
  const { restart } = options ?? {};
  if (isObject(restart)) checker.mustBeKnown('restart.', restart as object, Object.keys(children));
  return children;
}
