/** Parent side: spawns a child process. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import path from 'node:path';
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import type { Kind } from '../../model/kind';
import type { ForkOptions } from '../../model/types';
import { platform } from '../../platform/platform';
import type { FrameReader } from '../../protocol/frame-reader';
import type { Frame } from '../../protocol/frames';
import { debuggedProcesses } from '../../util/start-limit';
import { dateNow } from '../../util/timers';
import type { Flags } from '../flags';
import { childEnv } from './child-env';
import { descriptorOf } from './descriptor-of';
import { inheritedFlags, waitsForDebugger } from './inherited-flags';
import { leadsGroup } from './leads-group';
import { splitNodeOptions } from './node-options';
import { whyEndless, whyNotNode } from './not-node';
import { spawnError } from './spawn-error';

export interface SpawnedChild {
  process: ChildProcess;
  pid: number;
  /** The pipe that brings the reports of the child. Where a pipe carries both directions, the orders take it too. */
  channel: Socket;
  /** The channel's descriptor in this process. -1 if the channel is closed, or the platform has no descriptors. */
  descriptor(): number;
  /** Reads the frames of the child. It holds the part of a frame that has arrived. */
  reader: FrameReader;
  /** Whether it leads a process group, and ends together with it. */
  leadsGroup: boolean;
  /** Sends a signal to the process, or to the group that it leads. Returns false if the process has ended. */
  kill(signal: NodeJS.Signals): boolean;
  /** Kills what is left of the group that it leads. Called when the process has ended. */
  killRest(): void;
  /** Writes a frame, now or when the child reads. */
  send(frame: Frame): void;
  /** Writes what the pipe takes now. For the `exit` handler, where no event loop writes what waits. */
  pump(): void;
}

/** There is no process. `refused` resolves with the reason: Node reports some errors only one turn later. */
export interface RefusedChild {
  refused: Promise<Error>;
}

/** The library was bundled, so the script that a child runs was not found. */
export class BundledError extends Error {}

/** The pipes of the channel, from descriptor 3 of the child on. */
const CHANNEL_PIPES: 'pipe'[] = Array.from({ length: platform.channel.reports - 2 }, () => 'pipe');

/** The child's descriptor over which it tells where it is busy, if it is watched. */
export const WATCH_DESCRIPTOR = 3 + CHANNEL_PIPES.length;

/** The script that a child runs. */
let childEntry: string | undefined;

function findChildEntry(): string {
  let entry: unknown;
  let cause: unknown;
  try {
    entry = require.resolve('../../child/boot');
  } catch (error) {
    cause = error;
  }
  // A bundler may have put the id of a module here.
  if (typeof entry === 'string' && path.isAbsolute(entry)) return entry;
  throw new BundledError(
    "offspring-rx was bundled into one file with your code, and a child finds no file to start from: mark it and rxjs as external in your bundler, as in external: ['offspring-rx', 'rxjs'], and install them where the bundle runs",
    { cause },
  );
}

/** Everything that a process is spawned with, as data that can be compared. */
export interface SpawnPlan {
  execPath: string;
  args: string[];
  cwd: string | undefined;
  /** Whether the child does not run before a debugger tells it to. */
  waitsForDebugger: boolean;
  leadsGroup: boolean;
  nice: number | undefined;
  options: SpawnOptions;
}

/** What of a class decides how its process is spawned. */
export interface Spawnable {
  kind: Kind;
  flags: Pick<Flags, 'STDIO' | 'OWN_GROUP' | 'NICE'>;
}

/**
 * The kind of the class is an argument for `child/boot`, which removes it. It selects the compiled library that an
 * earlier child has saved.
 * @throws BundledError if the script that a child runs was not found
 * @throws Error if this program would start itself
 */
export function planSpawn(spawnable: Spawnable, options: ForkOptions, isWatched = false): SpawnPlan {
  const plan = planUnchecked(spawnable, options, isWatched);
  const endless = whyEndless();
  if (endless !== undefined) throw new Error(endless);
  return plan;
}

/** As `planSpawn`, without the look at all processes above this one. It takes 1 ms. */
export function planUnchecked({ kind, flags }: Spawnable, options: ForkOptions, isWatched = false): SpawnPlan {
  const notNode = whyNotNode(options.execPath !== undefined);
  if (notNode !== undefined) throw new Error(notNode);
  childEntry ??= findChildEntry();
  const { cwd, execArgv = [], inheritExecArgv = true, execPath = process.execPath, uid, gid } = options;
  const { windowsHide = true } = options;
  const nodeFlags = inheritExecArgv ? [...inheritedFlags(cwd), ...execArgv] : execArgv;
  const env = childEnv(options);
  const allFlags = [...nodeFlags, ...(splitNodeOptions(env['NODE_OPTIONS'] ?? '') ?? [])];
  const output = typeof flags.STDIO === 'string' ? flags.STDIO : 'pipe';
  const isLeader = leadsGroup(flags);
  return {
    execPath,
    args: [...nodeFlags, childEntry, kind, ...process.argv.slice(2)],
    cwd,
    waitsForDebugger: waitsForDebugger(allFlags),
    leadsGroup: isLeader,
    nice: flags.NICE,
    options: {
      // The child takes its orders from its stdin where it could not listen at the channel.
      stdio: [
        isNetBarred(allFlags) ? 'pipe' : 'ignore',
        output,
        output,
        ...CHANNEL_PIPES,
        ...(isWatched ? ['pipe' as const] : []),
      ],
      env,
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      // Otherwise each child of a program without a console would open one.
      windowsHide,
      // A session of its own, and with it a group.
      ...(isLeader && platform.tree.hasGroups ? { detached: true } : {}),
    },
  };
}

/**
 * Whether the permission model keeps the child from listening at any descriptor but the standard ones, as it does from
 * Node 25 on. https://nodejs.org/api/permissions.html
 */
function isNetBarred(flags: readonly string[]): boolean {
  if (!flags.includes('--permission') || flags.includes('--allow-net')) return false;
  return process.allowedNodeEnvironmentFlags.has('--allow-net');
}

/** A process like that of `plan`, before it is known which class it will run. */
export const blankPlan = (plan: SpawnPlan): SpawnPlan => ({
  ...plan,
  args: plan.args.map((argument, at) => (plan.args[at - 1] === childEntry ? 'blank' : argument)),
});

/** Spawns the process, with a channel. */
export function spawnChild(plan: SpawnPlan): SpawnedChild | RefusedChild {
  const { execPath, args, cwd, waitsForDebugger, leadsGroup, options } = plan;
  let child: ChildProcess;
  try {
    child = spawn(execPath, args, options);
  } catch (error) {
    return { refused: Promise.resolve(spawnError(error as NodeJS.ErrnoException, execPath, cwd)) };
  }
  const { orders, channel } = pipesOf(child);
  if (child.pid === undefined || !orders || !channel) {
    for (const stream of child.stdio ?? []) stream?.destroy();
    const refused = once(child, 'error').then(([error]) => spawnError(error as NodeJS.ErrnoException, execPath, cwd));
    return { refused };
  }
  if (waitsForDebugger) debuggedProcesses.add(child);
  if (isLogging) {
    const flags = args.slice(0, args.indexOf(childEntry as string));
    debugLog(`process ${child.pid}`, `spawned as ${execPath}, its flags: ${flags.join(' ') || 'none'}`);
  }
  const refusal = plan.nice === undefined ? undefined : renice(child.pid, plan.nice);
  if (refusal) {
    child.kill('SIGKILL');
    for (const stream of child.stdio) stream?.destroy();
    return { refused: Promise.resolve(refusal) };
  }
  // From now on, an error means that a signal could not be sent, since the process has ended.
  child.on('error', () => {});
  // After an error the channel closes, which is observed.
  channel.on('error', () => {});
  if (orders !== channel) orders.on('error', () => {});
  const descriptor = () => descriptorOf(channel);
  // A pipe that brings nothing closes only if somebody reads it.
  if (orders !== channel && orders !== child.stdin) orders.resume();
  child.stdio[WATCH_DESCRIPTOR as 4]?.on('error', () => {});
  // Loaded on first use, while the first child boots.
  const { channelEnds } = require('./channel-ends') as typeof import('./channel-ends');
  return { process: child, pid: child.pid, channel, descriptor, ...killer(child, leadsGroup), ...channelEnds(orders) };
}

/** Loaded on first use. */
const renice = (pid: number, nice: number) => (require('./renice') as typeof import('./renice')).renice(pid, nice);

/** How a process is ended: alone, or with its group. */
function killer(child: ChildProcess, leadsGroup: boolean): Pick<SpawnedChild, 'leadsGroup' | 'kill' | 'killRest'> {
  if (!leadsGroup) return { leadsGroup, kill: signal => child.kill(signal), killRest() {} };
  const since = dateNow();
  const { tree } = platform;
  return {
    leadsGroup,
    kill: signal => tree.signal(child, signal),
    killRest: () => tree.killRest(child.pid as number, since),
  };
}

/** A handle of Node that can keep the event loop alive. */
export interface Referable {
  ref(): unknown;
  unref(): unknown;
}

/** The handles that keep the parent's event loop alive. */
export function handlesOf({ process: child }: SpawnedChild): Referable[] {
  return [child, ...child.stdio].filter(handle => handle) as unknown as Referable[];
}

/** Closes the pipes. A grandchild may still hold their other ends. */
export function closePipes({ process: child }: SpawnedChild): void {
  for (const pipe of child.stdio) pipe?.destroy();
}

/** The pipe that takes the orders, and the one that brings the reports. Both are undefined if there is no process. */
function pipesOf(child: ChildProcess): { orders: Socket | undefined; channel: Socket | undefined } {
  const { orders, reports } = platform.channel;
  const pipeAt = (descriptor: number) => child.stdio?.[descriptor as 3] as Socket | undefined;
  return { orders: (child.stdin as Socket | null | undefined) ?? pipeAt(orders), channel: pipeAt(reports) };
}
