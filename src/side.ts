/** Both sides: which half of the library an instance lives in; the parent half is loaded on first use. */
import type { ChildProcess } from 'node:child_process';
import type { Observable } from 'rxjs';
import { StartError, StateError } from './model/errors';
import type { SubprocessEvent } from './model/events';
import type { ExitStatus } from './model/exit-status';
import type { SubprocessState } from './model/state';
import type { AnySubprocess, Iteration, ShutdownOptions } from './model/types';

/** The streams of an instance in the parent. */
export interface ParentStreams {
  readonly event$: Observable<SubprocessEvent>;
  readonly state$: Observable<SubprocessState>;
  readonly ready$: Observable<void>;
  readonly exit$: Observable<ExitStatus>;
  readonly result$: Observable<unknown>;
  readonly message$: Observable<unknown>;
  readonly iteration$: Observable<Iteration>;
  readonly stdout$: Observable<string>;
  readonly stderr$: Observable<string>;
  messages(): AsyncIterableIterator<unknown, undefined>;
}

/** What an instance can do in the parent. */
export interface ParentMembers {
  readonly side: 'parent';
  readonly streams: ParentStreams;
  readonly process: ChildProcess | null;
  start(): void;
  wait(): Promise<ExitStatus>;
  result(): Promise<unknown>;
  shutdown(options?: ShutdownOptions): Promise<ExitStatus>;
  send(command: unknown): Promise<void>;
  /** The part of a snapshot that `snapshot()` gives where it is not overridden. */
  fields(): unknown;
}

/** What an instance can do in the child. */
export interface ChildMembers {
  readonly side: 'child';
  emit(message: unknown): Promise<void>;
  readonly command$: Observable<unknown>;
  readonly signal: AbortSignal;
}

/** The parent's half of the library. */
export interface ParentSide {
  adopt(instance: AnySubprocess, args: unknown[]): ParentMembers;
  shutdownAll(type: object, options?: ShutdownOptions): Promise<ExitStatus[]>;
}

/** The child's half; `real` gives the parent's, for children of the child. */
export interface ChildSide {
  /** How many processes are above this one. */
  readonly depth: number;
  /** The script that the first parent was started with. */
  readonly mainScript: string | null;
  adopt(instance: AnySubprocess, args: unknown[], real: () => ParentSide): ParentMembers | ChildMembers;
  shutdownAll(type: object, options: ShutdownOptions | undefined, real: () => ParentSide): Promise<ExitStatus[]>;
}

/** On globalThis, so that every copy of the package finds it and no process below inherits it. */
const CHILD = Symbol.for('offspring-rx.child');
type Global = { [CHILD]?: ChildSide };

/** Called once by the child's main, before the user's module is loaded. */
export function installChildSide(half: ChildSide): void {
  (globalThis as Global)[CHILD] = half;
  isChild = true;
}

export const childSide = (): ChildSide | undefined => (globalThis as Global)[CHILD];

/** Where flags with relative paths were resolved from; the program may have moved since. */
export const startDirectory = process.cwd();

function parentSide(): ParentSide {
  return (require('./parent/parent-half') as { parentHalf: ParentSide }).parentHalf;
}

/**
 * True in a process that this library made to run a Subprocess. Guard with it what a script does at its top level,
 * since the child loads the module that defines the class.
 */
export let isChild: boolean = childSide() !== undefined;

const members = new WeakMap<object, ParentMembers | ChildMembers>();

/** Gives a new instance its half. */
export function adopt(instance: AnySubprocess, args: unknown[]): void {
  const half = childSide();
  try {
    members.set(instance, half ? half.adopt(instance, args, parentSide) : parentSide().adopt(instance, args));
  } catch (cause) {
    throw outOfDescriptors(instance, cause) ?? cause;
  }
}

/** The parent half could not even be loaded: there is nothing yet that a stream could tell of it. */
function outOfDescriptors(instance: AnySubprocess, cause: unknown): StartError | undefined {
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  // From Node 24 on, a package.json that could not be read hides the code.
  const known = code === 'EMFILE' || code === 'ENFILE' || /too many open files/i.test(String(message));
  if (!known) return undefined;
  const subprocess = instance.constructor.name;
  const why = code === 'ENFILE' ? code : 'EMFILE';
  return new StartError('spawn', `${subprocess}: this process has no descriptor left (${why}): try again later`, {
    subprocess,
    cause,
  });
}

/** Gives `instance` its half where its constructor could not. */
export function assume(instance: AnySubprocess, own: ChildMembers): void {
  members.set(instance, own);
}

/** Shuts down the live instances of a class and its subclasses. */
export function shutdownAll(type: object, options?: ShutdownOptions): Promise<ExitStatus[]> {
  return childSide()?.shutdownAll(type, options, parentSide) ?? parentSide().shutdownAll(type, options);
}

/** The parent's members of `instance`; `member` is named in the StateError if this is the wrong side. */
export function inParent(instance: AnySubprocess, member: string): ParentMembers {
  const own = members.get(instance);
  if (own?.side === 'parent') return own;
  throw misplaced(instance, member, own, 'the parent', 'in the child, an instance has emit(), command$ and signal');
}

/** The child's members of `instance`; `member` is named in the StateError if this is the wrong side. */
export function inChild(instance: AnySubprocess, member: string): ChildMembers {
  const own = members.get(instance);
  if (own?.side === 'child') return own;
  throw misplaced(
    instance,
    member,
    own,
    'the child',
    'use it in run(); the parent has send(), message$ and shutdown()',
  );
}

function misplaced(instance: AnySubprocess, member: string, own: unknown, side: string, advice: string): StateError {
  const subprocess = instance.constructor.name;
  return new StateError(
    own === undefined
      ? `${subprocess}.${member} was used on something that no constructor has made: create it with new ${subprocess}(...)`
      : `${subprocess}.${member} belongs to ${side}: ${advice}`,
    { subprocess },
  );
}
