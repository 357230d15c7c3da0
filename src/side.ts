/** Both sides: gives each instance the half of the library for its side. Loads the parent half on first use. */
import type { ChildProcess } from 'node:child_process';
import type { Observable } from 'rxjs';
import { StartError, StateError } from './model/errors';
import type { SubprocessEvent } from './model/events';
import type { ExitStatus } from './model/exit-status';
import type { Following, OnPiece } from './model/output';
import type { ProcessNode } from './model/process-node';
import type { SubprocessState } from './model/state';
import type { Iteration, LogLine, MessageIterator, ShutdownOptions, Usage } from './model/types';
import type { ControlOrder, TreeOrder } from './protocol/to-child';
import type { TreeAnswer } from './protocol/to-parent';
import { isBeforeBoot, isChildProcess, isThread, sharedState } from './util/in-child';
import { workingDirectory } from './util/working-directory';

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
  readonly log$: Observable<LogLine>;
  messages(): MessageIterator<unknown>;
  usage$(intervalMs: number): Observable<Usage>;
}

/** The members of an instance in the parent. */
export interface ParentMembers {
  readonly side: 'parent';
  readonly streams: ParentStreams;
  readonly process: ChildProcess | null;
  start(): void;
  wait(): Promise<ExitStatus>;
  result(): Promise<unknown>;
  shutdown(options?: ShutdownOptions): Promise<ExitStatus>;
  send(command: unknown): Promise<void>;
  /** What `snapshot()` returns if it is not overridden. */
  fields(): unknown;
}

/** The members of an instance in the child. */
export interface ChildMembers {
  readonly side: 'child';
  emit(message: unknown): Promise<void>;
  alive(): void;
  readonly command$: Observable<unknown>;
  readonly signal: AbortSignal;
}

/** The half of the library in a parent. */
export interface ParentSide {
  adopt(instance: object, args: unknown[]): ParentMembers;
  shutdownAll(type: object, options?: ShutdownOptions): Promise<ExitStatus[]>;
  keepSpares(count: number): void;
  /**
   * Called when all children have ended, and this process is about to. Tells a parent that looks at the tree of processes
   * the last, and ends the process that guards the children. Resolves when that has ended.
   */
  finish(): Promise<void>;
  instances$(type: object): Observable<readonly object[]>;
  readonly tree: TreeSide;
}

/** The tree of this process's processes. */
export interface TreeSide {
  observe(interval: number, keepsOutput: boolean): Observable<readonly ProcessNode[]>;
  /** Obeys a parent that looks at its own tree. */
  answer(order: TreeOrder, report: (answer: TreeAnswer) => void): void;
  /** Tells such a parent at once what has changed. */
  tellLast(): void;
  control(id: string, act: ControlOrder['act']): void;
  followOutput(id: string, onPiece: OnPiece): Following;
  usageOf(pid: number, intervalMs: number): Observable<Usage>;
}

/** The half of the library in a child. `real` returns the parent half, for children of the child. */
export interface ChildSide {
  /** How many levels of parents this process has. */
  readonly depth: number;
  /** The script that the first parent was started with. */
  readonly mainScript: string | null;
  /** Whether this process leads a process group, and its children do so too. */
  readonly ownGroup?: boolean;
  /** False while code runs that the child runs again: the module of its class, as it loads. */
  readonly isWork: boolean;
  adopt(instance: object, args: unknown[], real: () => ParentSide): ParentMembers | ChildMembers;
  shutdownAll(type: object, options: ShutdownOptions | undefined, real: () => ParentSide): Promise<ExitStatus[]>;
  /** A stream that never emits, for code that does nothing here. */
  inertStream(): Observable<never>;
  /** A promise that never settles, for such code. */
  inertPromise(): Promise<never>;
}

/** A global variable: every copy of the package finds it, and child processes do not inherit it. */
export const CHILD = Symbol.for('offspring-rx.child');
type Global = { [CHILD]?: ChildSide };

/** Called once in a child, before the user's module is loaded. */
export function installChildSide(half: ChildSide): void {
  (globalThis as Global)[CHILD] = half;
  isChild = true;
}

export const childSide = (): ChildSide | undefined => (globalThis as Global)[CHILD];

/**
 * The working directory at the start, which relative paths in Node's flags refer to. It may have changed since.
 * Undefined if it had been deleted.
 */
export const startDirectory = workingDirectory();

let loadedParentSide: ParentSide | undefined;

function parentSide(): ParentSide {
  loadedParentSide ??= (require('./parent/parent-half') as { parentHalf: ParentSide }).parentHalf;
  return loadedParentSide;
}

/** Gives the first instance of a program a process before the parent half is loaded, so that it need not wait for both. */
function spawnEarly(instance: object): void {
  if (loadedParentSide) return;
  (require('./parent/spawn/early-child') as { spawnEarly(instance: object): void }).spawnEarly(instance);
}

/**
 * True in a process that this library spawned to run a Subprocess, in each of its threads. The child loads the module
 * that defines the class: guard with `if (!isChild)` what the top level of that module should do only in the parent.
 *
 * @example if (!isChild) console.log(await new CountLines('access.log').result());
 */
export let isChild: boolean = childSide() !== undefined || installOuterHalf();

/** In a thread of a child, and before a child has booted, instances get their half from elsewhere. */
function installOuterHalf(): boolean {
  const isOuter = isThread() ? sharedState() !== undefined || isChildProcess() : isBeforeBoot();
  if (!isOuter) return false;
  const { OuterHalf } = require('./child/outer-half') as typeof import('./child/outer-half');
  (globalThis as Global)[CHILD] = new OuterHalf(isThread() ? sharedState() : undefined);
  return true;
}

/** Whether this code runs once more in a child, as the module of the class loads. It must do nothing to the world then. */
export const isReplayed = (): boolean => childSide()?.isWork === false;

const membersOf = new WeakMap<object, ParentMembers | ChildMembers>();

/** Gives a new instance its members. */
export function adopt(instance: object, args: unknown[]): void {
  const half = childSide();
  try {
    if (!half) spawnEarly(instance);
    membersOf.set(instance, half ? half.adopt(instance, args, parentSide) : parentSide().adopt(instance, args));
  } catch (cause) {
    throw outOfDescriptors(instance, cause) ?? cause;
  }
}

/** Without descriptors, the parent half cannot be loaded. There is no stream yet that could report the error. */
function outOfDescriptors(instance: object, cause: unknown): StartError | undefined {
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  // From Node 24 on, the error for a package.json that cannot be read has no such code.
  const known = code === 'EMFILE' || code === 'ENFILE' || /too many open files/i.test(String(message));
  if (!known) return undefined;
  const subprocess = instance.constructor.name;
  const why = code === 'ENFILE' ? code : 'EMFILE';
  return new StartError('spawn', `${subprocess}: this process has no descriptor left (${why}): try again later`, {
    subprocess,
    cause,
  });
}

/** Gives an instance its members if it was made without its constructor. */
export function setChildMembers(instance: object, members: ChildMembers): void {
  membersOf.set(instance, members);
}

/** Shuts down the running instances of a class and its subclasses. */
export function shutdownAll(type: object, options?: ShutdownOptions): Promise<ExitStatus[]> {
  return childSide()?.shutdownAll(type, options, parentSide) ?? parentSide().shutdownAll(type, options);
}

/** Keeps so many processes ready that any class can take. Does nothing in code that a child runs again. */
export function keepSpares(count: number): void {
  if (!isReplayed()) parentSide().keepSpares(count);
}

/** The running instances of a class and its subclasses. Never emits in code that a child runs again. */
export function instances$(type: object): Observable<readonly object[]> {
  return inertStream() ?? parentSide().instances$(type);
}

/** A stream that never emits, if this code runs once more in a child. */
export const inertStream = () => (isReplayed() ? childSide()?.inertStream() : undefined);

/**
 * A promise that never settles, if this code runs once more in a child. A module that awaits it at its top level is known
 * to be stuck, and the class is found all the same.
 */
export const inertPromise = () => (isReplayed() ? childSide()?.inertPromise() : undefined);

/**
 * The tree of processes. Never emits in code that a child runs again. `keepsOutput`: the last lines of each process are
 * kept meanwhile.
 */
export const observeTree = (interval: number, keepsOutput = false): Observable<readonly ProcessNode[]> =>
  inertStream() ?? parentSide().tree.observe(interval, keepsOutput);

/** What is done with processes of the tree, and for a parent that looks at its own. */
export const treeSide = (): TreeSide => parentSide().tree;

/** The members of an instance in the parent. @throws StateError that names `member`, if this is the child */
export function inParent(instance: object, member: string): ParentMembers {
  const members = membersOf.get(instance);
  if (members?.side === 'parent') return members;
  throw wrongSide(instance, member, members, 'the parent', 'in the child, an instance has emit(), command$ and signal');
}

/** The members of an instance in the child. @throws StateError that names `member`, if this is the parent */
export function inChild(instance: object, member: string): ChildMembers {
  const members = membersOf.get(instance);
  if (members?.side === 'child') return members;
  throw wrongSide(
    instance,
    member,
    members,
    'the child',
    'use it in run(); the parent has send(), message$ and shutdown()',
  );
}

function wrongSide(instance: object, member: string, members: unknown, side: string, advice: string): StateError {
  const subprocess = instance.constructor.name;
  const message =
    members === undefined
      ? `${subprocess}.${member} was used on an object that was not made with new ${subprocess}(...)`
      : `${subprocess}.${member} belongs to ${side}: ${advice}`;
  return new StateError(message, { subprocess });
}
