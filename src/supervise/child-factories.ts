/** Parent side: the children that a supervisor is given. */
import type { AnySubprocess } from '../index';
import { FACTORY_EXPECTED, isFactory } from '../take-over';
import { type Check, OBJECT } from '../util/check-options';
import type { Place, SupervisorEvent } from './events';
import { checkerFor, type SuperviseAllOptions, type SupervisorName } from './options';

/**
 * Factories by key. The children start in the order of the keys. No key may be a whole number, because JavaScript moves
 * such keys to the front.
 *
 * @example
 * const children: Children = {
 *   count: () => new CountLines('access.log'),
 *   beat: () => new Heartbeat(),
 * };
 */
export type Children = { readonly [key: string]: ChildFactory };

/**
 * Called for each start. Returns a new task, or the arguments of `superviseAll` for a supervisor below this one.
 *
 * @example const beat: ChildFactory = () => new Heartbeat(10);
 */
export type ChildFactory = () => AnySubprocess | Supervision | Children;

/**
 * The arguments of `superviseAll`, for a supervisor below another one. It inherits `scheduler` and `random`; all other
 * options that are left out have their defaults.
 *
 * @example
 * const feeds = (): Supervision => ({
 *   children: {
 *     news: () => new Heartbeat(),
 *     mail: () => new Heartbeat(),
 *   },
 *   options: { strategy: 'one-for-all' },
 * });
 * await using supervisor = new Supervisor({ feeds });
 */
export interface Supervision {
  /** The first argument of `superviseAll`. */
  children: Children;
  /** The second argument of `superviseAll`. Default: none. */
  options?: SuperviseAllOptions;
}

/**
 * What `superviseAll(children)` emits. The key `child` determines the type of `task`, also in supervisors below.
 *
 * @example
 * const children = {
 *   count: () => new CountLines('access.log'),
 *   beat: () => new Heartbeat(2),
 * };
 * const onEvent = (event: ChildEvent<typeof children>) => {
 *   if (event.type === 'started' && event.child === 'count')
 *     event.task.result$.subscribe(console.log); // a number
 * };
 * superviseAll(children).subscribe(onEvent);
 */
export type ChildEvent<C extends Children = Children> = Children extends C
  ? SupervisorEvent & Place
  : { [Key in keyof C & string]: EventsOf<Key, ReturnType<C[Key]>> }[keyof C & string];

type EventsOf<Key extends string, Made> = Made extends AnySubprocess
  ? SupervisorEvent<Made> & Place<Key>
  : // A supervisor has no process of its own.
    (Extract<SupervisorEvent, { type: 'restarting' | 'gave-up' }> & Place<Key>) | EventsBelow<Made>;

type EventsBelow<Made> = Made extends { children: infer C extends Children }
  ? ChildEvent<C>
  : Made extends Children
    ? ChildEvent<Made>
    : never;

/** The arguments of `superviseAll` that a factory returned; undefined if it returned something else. */
export function supervisionFrom(returned: unknown): Supervision | undefined {
  if (typeof returned !== 'object' || returned === null || Object.getPrototypeOf(returned) !== Object.prototype)
    return undefined;
  // A child named `children` is told apart by its value, which is a function.
  if (typeof (returned as Partial<Supervision>).children === 'object') return returned as Supervision;
  return Object.values(returned).every(value => typeof value === 'function')
    ? { children: returned as Children }
    : undefined;
}

/** What the key of a child must be. */
export const KEY: Check = [
  'a name that is no whole number, because JavaScript puts such keys first',
  value => typeof value === 'string' && value !== '' && !/^\d+$/.test(value),
];

/** Returns `children`. @throws StateError if a child or a key is wrong, or if an option names an unknown child */
export function checkedChildren(owner: SupervisorName, children: Children, options: SuperviseAllOptions): Children {
  const checker = checkerFor(owner);
  const [, isObject] = OBJECT;
  if (!isObject(children)) {
    throw checker.wrong('the first argument', children, 'an object of factories by key, as { web: () => new Web() }');
  }
  for (const [key, factory] of Object.entries(children)) {
    if (!isFactory(factory)) throw checker.wrong(`child '${key}'`, factory, FACTORY_EXPECTED);
    checker.must('a key', key, KEY);
  }
  const { restart, watchdog, significant } = options ?? {};
  const keys = Object.keys(children);
  if (isObject(restart)) checker.mustBeKnown('restart.', restart as object, keys);
  if (isObject(watchdog)) checker.mustBeKnown('watchdog.', watchdog as object, keys);
  if (isObject(significant)) checker.mustBeKnown('significant.', significant as object, keys);
  return children;
}
