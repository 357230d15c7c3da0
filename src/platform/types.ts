/** Both sides: what differs between the platforms. `posix` and `windows` say how. */
import type { ChildProcess } from 'node:child_process';
import type { StatsFs } from 'node:fs';
import type { Socket } from 'node:net';

export interface Platform {
  channel: ChannelOfPlatform;
  stop: StopOfPlatform;
  tree: TreeOfPlatform;
  watch: WatchOfPlatform;
  resident: ResidentOfPlatform;
  usage: UsageOfPlatform;
  memory: MemoryOfPlatform;
  /** Whether the system shows the title of a process that has one. */
  readonly showsTitles: boolean;
  /** How the variable `name` is spelled in `env`. Undefined if it is not set. */
  nameIn(env: NodeJS.ProcessEnv, name: string): string | undefined;
}

/** The pipes between a parent and its child. */
export interface ChannelOfPlatform {
  /** The child's descriptor from which it reads orders. */
  readonly orders: 3;
  /** The child's descriptor to which it writes reports. */
  readonly reports: 3 | 4;
  /** Whether a synchronous read fails if nothing is available, instead of waiting. */
  readonly readsAtOnce: boolean;
  /** Whether `descriptor` of this process can be a pipe that the parent has made. */
  isPipe(descriptor: number): boolean;
  /** Parent side: writes to a pipe that has no descriptor, past the queue of its stream. */
  writePast(pipe: Socket, bytes: Buffer): void;
}

/** How a process is asked to end, and how it ended. */
export interface StopOfPlatform {
  /** Whether a process can handle a SIGTERM. If not, SIGTERM ends it at once, and it is asked to stop by an order. */
  readonly hasSigterm: boolean;
  /** Signals that a terminal sends to all of its processes, the children too. */
  readonly groupSignals: readonly NodeJS.Signals[];
  /** Lets a process go on that somebody has paused (SIGSTOP), so that it handles its signals. */
  resume(kill: (signal: NodeJS.Signals) => void): void;
  /** Sends `signal` to this process. Returns false, and sends nothing, if that would not end it as the signal itself does. */
  raise(signal: NodeJS.Signals): boolean;
  /** The signal that an exit code stands for, if the system itself reports no signals. Null if it stands for none. */
  signalOf(code: number | null): NodeJS.Signals | null;
}

/** How a process and all that it has started end together: by its process group, if the system has such groups. */
export interface TreeOfPlatform {
  /** Whether a process can be spawned as the leader of a group. What it starts belongs to the group. */
  readonly hasGroups: boolean;
  /** Sends a signal to a process that is its group's leader, and to its group. Returns false if the process has ended. */
  signal(leader: ChildProcess, signal: NodeJS.Signals): boolean;
  /** Kills what is left of a process that has ended. `since`: when it was started, in ms since the epoch. */
  killRest(pid: number, since: number): void;
}

/** What sees to it that no child outlives its parent. */
export interface WatchOfPlatform {
  /** Whether the parent needs a guardian. If not, the system ends the children of a parent that has died. */
  readonly needsGuardian: boolean;
  /** Whether a parent can read what its children send while its event loop is blocked, as in the `exit` handler. */
  readonly readsWhileBlocked: boolean;
  /** Whether a child of this process is running. Undefined if the system does not tell at once: `ps` may know. */
  isRunning(pid: number): boolean | undefined;
}

/** How much memory other processes have in use, in bytes: the part of it that is resident. */
export interface ResidentOfPlatform {
  /** Undefined if the system does not tell at once, or there is no such process. */
  read(pid: number): number | undefined;
  /** The command that tells it, row by row. */
  command(pids: readonly number[]): readonly [file: string, ...args: string[]];
  /** What a row of that command says. Undefined if it says nothing of the kind. */
  parse(row: string): { pid: number; bytes: number } | undefined;
}

/** Processor time, in ms since the start of a process, and its resident memory, in bytes. */
export interface UsageReading {
  cpu: number;
  bytes: number;
}

/** What other processes use of the machine. */
export interface UsageOfPlatform {
  /** Undefined if the system does not tell at once, or there is no such process. */
  read(pid: number): UsageReading | undefined;
  /** The command that tells it, row by row. */
  command(pids: readonly number[]): readonly [file: string, ...args: string[]];
  /** What a row of that command says. Undefined if it says nothing of the kind. */
  parse(row: string): (UsageReading & { pid: number }) | undefined;
  /** What to install if the command is missing. */
  readonly advice: string;
}

/** A file for large values, of which nothing is left when its processes have ended. */
export interface MemoryFile {
  descriptor: number;
  /** The path by which another process of the same user opens it. */
  path: string;
}

export interface MemoryOfPlatform {
  /** The folders for such files, the usual one first. None if the system has no files that are faster than the channel. */
  folders(): readonly string[];
  /** How many bytes such files may have in the folder that `stats` describes. 0 if the folder is not fit for them. */
  freeBytes(stats: StatsFs): number;
  /** Creates a file. @throws Error if there is no room, or the folder cannot have such files */
  create(folder: string): MemoryFile;
}
