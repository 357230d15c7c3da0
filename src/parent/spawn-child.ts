/** Parent side: makes the process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { FrameReader } from '../protocol/frames';
import type { ForkOptions, Stdio } from '../types';
import { childEnv, inheritedFlags } from './loaders';

export interface SpawnedChild {
  process: ChildProcess;
  pid: number;
  /** The duplex pipe of our own, descriptor 3 of the child. */
  channel: Socket;
  /** What has been read of a frame so far. */
  reader: FrameReader;
  /** Writes a frame; in the `exit` handler, where no event loop follows, all of it before it returns. */
  send(frame: Buffer): void;
}

/** The system's answer, which Node gives a turn later for some errors, and by throwing for others. */
export interface RefusedChild {
  refused: Promise<Error>;
}

/** The child's main is not where it belongs. */
export class Bundled extends Error {}

function childMain(): string {
  try {
    return require.resolve('../child/main');
  } catch (cause) {
    throw new Bundled(
      'offspring-rx was bundled into one file with your code, and a child finds no file to start from: mark offspring-rx as external in your bundler',
      { cause },
    );
  }
}

/** Makes the process, with a channel. The Error of a refusal says what was refused and why. */
export function spawnChild(options: ForkOptions, stdio: Stdio): SpawnedChild | RefusedChild {
  const { cwd, env, execArgv = [], execPath = process.execPath, uid, gid, windowsHide } = options;
  let child: ChildProcess;
  try {
    child = spawn(execPath, [...inheritedFlags(cwd), ...execArgv, childMain(), ...process.argv.slice(2)], {
      stdio: ['ignore', stdio, stdio, 'pipe'],
      env: childEnv(env),
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      ...(windowsHide === undefined ? {} : { windowsHide }),
    });
  } catch (error) {
    const why = error instanceof Bundled ? error : refusal(error as NodeJS.ErrnoException, execPath, cwd);
    return { refused: Promise.resolve(why) };
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
  const send = (frame: Buffer) => {
    if ((process as { _exiting?: boolean })._exiting) writeAll(channel, frame);
    else channel.write(frame);
  };
  return { process: child, pid: child.pid, channel, reader: new FrameReader(), send };
}

function writeAll(channel: Socket, frame: Buffer): void {
  const descriptor = (channel as { _handle?: { fd?: number } | null })._handle?.fd ?? -1;
  // What the event loop still owes would come after it.
  if (descriptor < 0 || channel.writableLength > 0) return;
  for (let sent = 0; sent < frame.length; ) {
    try {
      sent += writeSync(descriptor, frame, sent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
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
