/** Parent side: makes the process. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Kind } from '../../model/kind';
import type { ForkOptions, Stdio } from '../../model/types';
import { FrameReader } from '../../protocol/frame-reader';
import { type Frame, ownFrame } from '../../protocol/frames';
import { Pipe } from '../../protocol/pipe';
import { childEnv } from './child-env';
import { descriptorOf } from './descriptor-of';
import { inheritedFlags } from './inherited-flags';
import type { Referable } from './keep-alive';

export interface SpawnedChild {
  process: ChildProcess;
  pid: number;
  /** The duplex pipe of our own, descriptor 3 of the child. */
  channel: Socket;
  /** Of the channel; -1 where it is closed, or the platform has none. */
  descriptor(): number;
  /** What has been read of a frame so far. */
  reader: FrameReader;
  /** Writes a frame, now or as soon as the child reads. */
  send(frame: Frame): void;
  /** Writes what waits, and can be written now: for the `exit` handler, where no event loop does. */
  pump(): void;
}

/** The system's answer, which Node gives a turn later for some errors, and by throwing for others. */
export interface RefusedChild {
  refused: Promise<Error>;
}

/** What a child is started with is not where it belongs. */
export class BundledError extends Error {}

let childEntry: string | undefined;

function findEntry(): string {
  try {
    return require.resolve('../../child/boot');
  } catch (cause) {
    throw new BundledError(
      'offspring-rx was bundled into one file with your code, and a child finds no file to start from: mark offspring-rx as external in your bundler',
      { cause },
    );
  }
}

/** All that a process is made with; as data, so that two can be compared. */
export interface SpawnPlan {
  execPath: string;
  args: string[];
  cwd: string | undefined;
  options: SpawnOptions;
}

/** `kind` is an argument for `child/boot`, which removes it: it selects the compiled library that an earlier child kept. */
export function planSpawn(kind: Kind, options: ForkOptions, stdio: Stdio): SpawnPlan {
  childEntry ??= findEntry();
  const { cwd, env, execArgv = [], execPath = process.execPath, uid, gid, windowsHide } = options;
  return {
    execPath,
    args: [...inheritedFlags(cwd), ...execArgv, childEntry, kind, ...process.argv.slice(2)],
    cwd,
    options: {
      stdio: ['ignore', stdio, stdio, 'pipe'],
      env: childEnv(env),
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      ...(windowsHide === undefined ? {} : { windowsHide }),
    },
  };
}

/** Makes the process, with a channel. The Error of a refusal says what was refused and why. */
export function spawnChild({ execPath, args, cwd, options }: SpawnPlan): SpawnedChild | RefusedChild {
  let child: ChildProcess;
  try {
    child = spawn(execPath, args, options);
  } catch (error) {
    return { refused: Promise.resolve(refusal(error as NodeJS.ErrnoException, execPath, cwd)) };
  }
  const channel = child.stdio?.[3] as Socket | undefined;
  if (child.pid === undefined || !channel) {
    for (const stream of child.stdio ?? []) stream?.destroy();
    const refused = once(child, 'error').then(([error]) => refusal(error as NodeJS.ErrnoException, execPath, cwd));
    return { refused };
  }
  // Later errors are about signals that could not be sent, to a process that is gone.
  child.on('error', () => {});
  // A broken pipe is seen as the channel's end.
  channel.on('error', () => {});
  const descriptor = () => descriptorOf(channel);
  const { send, pump } = sender(channel, descriptor);
  return { process: child, pid: child.pid, channel, descriptor, reader: new FrameReader(), send, pump };
}

/** All that keeps the parent's event loop alive. */
export function handlesOf({ process: child, channel }: SpawnedChild): Referable[] {
  return [child, channel, child.stdout, child.stderr].filter(handle => handle !== null) as Referable[];
}

/** Lets go of the pipes, whose other end somebody else may still hold. */
export function closePipes({ process: child, channel }: SpawnedChild): void {
  for (const pipe of [channel, child.stdout, child.stderr]) pipe?.destroy();
}

function sender(channel: Socket, descriptor: () => number): Pick<SpawnedChild, 'send' | 'pump'> {
  // On Windows, a pipe has no descriptor.
  if (descriptor() < 0)
    return { send: frame => ownFrame(frame).forEach(part => void channel.write(part)), pump: () => {} };
  const pipe = new Pipe(descriptor);
  return { send: frame => pipe.write(frame), pump: () => pipe.pump() };
}

function refusal(error: NodeJS.ErrnoException, execPath: string, cwd: string | undefined): Error {
  const retry =
    error.code === 'EAGAIN' || error.code === 'EMFILE' || error.code === 'ENFILE' || error.code === 'ENOMEM';
  const why =
    cwd !== undefined && !isDirectory(cwd)
      ? `the working directory ${JSON.stringify(cwd)} ${existsSync(cwd) ? 'is not a directory' : 'does not exist'}`
      : error.code === 'ENOENT'
        ? `the program ${JSON.stringify(execPath)} does not exist`
        : error.code === 'EACCES'
          ? `the program ${JSON.stringify(execPath)} may not be executed`
          : retry
            ? `the system has no room for one more process now (${error.code}): try again later`
            : error.message;
  return new Error(why, { cause: error });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
