/** Parent side: folds what happens in a tree of supervisors into a snapshot of each child. Pure. */
import type { AnySubprocess, ExitStatus, SubprocessState } from '../index';
import type { Signal } from './branch';

/**
 * 'waiting': its turn to start has not come. 'starting': it is not ready yet. 'running': it is ready. 'stopping': it
 * was asked to stop. 'restarting': it starts again after a delay. 'stopped': it was stopped by hand. 'ended': it has
 * ended, and is not restarted.
 */
export type ChildState = 'waiting' | 'starting' | 'running' | 'stopping' | 'restarting' | 'stopped' | 'ended';

/**
 * A child at one moment.
 *
 * @example
 * const lineOf = ({ path, state, restarts, lastExit }: ChildSnapshot) =>
 *   [path.join('/'), state, restarts, lastExit?.reason].join(' ');
 */
export interface ChildSnapshot {
  /** Under which it was started. */
  readonly key: string;
  /** The keys from the top down to the child; the last one is `key`. */
  readonly path: readonly string[];
  /** What the factory returned; 'unknown' before the first start. */
  readonly type: 'task' | 'supervisor' | 'unknown';
  /** Where it is in its life. */
  readonly state: ChildState;
  /** Process id; `null` for a supervisor, and while there is no process. */
  readonly pid: number | null;
  /** How often it was started again, for whatever reason. */
  readonly restarts: number;
  /** How its last process ended; `null` if none has. */
  readonly lastExit: ExitStatus | null;
}

interface Running {
  readonly task: AnySubprocess;
  readonly attempt: number;
}

export interface Child extends Omit<ChildSnapshot, 'pid'> {
  /** The task that does the work. */
  readonly current: Running | null;
  /** The task that replaces it once it is ready. */
  readonly next: Running | null;
  readonly starts: number;
}

/** By path; see `nameOf`. In the order in which the children became known. */
export type ChildrenState = ReadonlyMap<string, Child>;

export type ChildrenInput =
  | Signal
  | { type: 'state'; path: readonly string[]; attempt: number; state: SubprocessState }
  /** The whole tree has ended. */
  | { type: 'over' };

export const nameOf = (path: readonly string[]): string => JSON.stringify(path);

export const snapshotOf = ({ current, next: _next, starts: _starts, ...child }: Child): ChildSnapshot => ({
  ...child,
  pid: current?.task.process?.pid ?? null,
});

export function reduceChildren(children: ChildrenState, input: ChildrenInput): ChildrenState {
  switch (input.type) {
    case 'event':
      return reduceEvent(children, input.event);
    case 'note':
      return reduceNote(children, input.note);
    case 'state':
      return change(children, input.path, child => withState(child, input.attempt, input.state));
    case 'over':
      return atRestBelow(children, [], 'ended');
    default:
      return children;
  }
}

function reduceEvent(children: ChildrenState, event: Extract<Signal, { type: 'event' }>['event']): ChildrenState {
  const { path } = event;
  switch (event.type) {
    case 'started': {
      const started: Running = { task: event.task, attempt: event.attempt };
      return change(children, path, child => ({
        ...child,
        ...(child.current ? { next: started } : { current: started, state: 'starting' as const }),
        type: 'task',
        ...startedOnceMore(child),
      }));
    }
    case 'exited':
      return change(children, path, child => withExit(child, event.attempt, event.exit));
    case 'restarting':
      return change(children, path, child => ({ ...child, state: 'restarting' }));
    default:
      return children;
  }
}

function reduceNote(children: ChildrenState, note: Extract<Signal, { type: 'note' }>['note']): ChildrenState {
  const { path } = note;
  switch (note.is) {
    case 'supervisor':
      return withSupervisor(children, path, note.keys);
    case 'removed': {
      const left = new Map(children);
      left.delete(nameOf(path));
      return left;
    }
    case 'ready':
      return change(children, path, child => ({ ...child, state: 'running' }));
    default:
      return change(atRestBelow(children, path, note.is), path, child =>
        child.current ? child : { ...child, state: note.is },
      );
  }
}

/** The supervisor at `path` has ended or was stopped, and with it all children below that were not at rest already. */
const atRestBelow = (children: ChildrenState, path: readonly string[], state: 'ended' | 'stopped'): ChildrenState =>
  new Map(
    [...children].map(([name, child]) => {
      const isAtRest = child.state === 'ended' || child.state === 'stopped';
      return [name, isBelow(path, child.path) && !isAtRest ? { ...child, state } : child];
    }),
  );

/** A supervisor has started: its children are known. */
function withSupervisor(children: ChildrenState, path: readonly string[], keys: readonly string[]): ChildrenState {
  const known = new Map(
    [...children].filter(([, { path: of }]) => !isBelow(path, of) || keys.includes(of[path.length] as string)),
  );
  for (const key of keys) {
    const name = nameOf([...path, key]);
    const before = known.get(name) ?? unknownChild([...path, key]);
    known.set(name, { ...before, state: 'waiting' });
  }
  if (path.length === 0) return known;
  return change(known, path, child => ({
    ...child,
    type: 'supervisor',
    state: 'starting',
    ...startedOnceMore(child),
  }));
}

const isBelow = (path: readonly string[], of: readonly string[]): boolean =>
  of.length > path.length && path.every((key, at) => of[at] === key);

const startedOnceMore = ({ starts }: Child) => ({ starts: starts + 1, restarts: starts });

function withState(child: Child, attempt: number, state: SubprocessState): Child {
  if (child.next?.attempt === attempt && state === 'running') {
    return { ...child, current: child.next, next: null, state };
  }
  if (child.current?.attempt !== attempt) return child;
  if (state === 'running' || state === 'stopping') return { ...child, state };
  // A new process is there: its pid is known.
  return { ...child };
}

function withExit(child: Child, attempt: number, lastExit: ExitStatus): Child {
  if (child.next?.attempt === attempt) return { ...child, next: null, lastExit };
  if (child.current && child.current.attempt !== attempt) return { ...child, lastExit };
  return { ...child, current: child.next, next: null, state: child.next ? 'starting' : 'waiting', lastExit };
}

const unknownChild = (path: readonly string[]): Child => ({
  key: path.at(-1) as string,
  path,
  type: 'unknown',
  state: 'waiting',
  restarts: 0,
  lastExit: null,
  current: null,
  next: null,
  starts: 0,
});

function change(children: ChildrenState, path: readonly string[], how: (child: Child) => Child): ChildrenState {
  const name = nameOf(path);
  return new Map(children).set(name, how(children.get(name) ?? unknownChild(path)));
}
