/** A Redis server and hosts, for one contender. */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../../suite/group';
import type { Work } from '../pool/work';
import { freePort } from './free-port';

export const WORKERS = 2;
/** Jobs that a host has at a time. */
const CONCURRENCY = 32;

export type HostKind = 'offspring-rx' | 'inline' | 'sandboxed' | 'bare';

export class Server {
  readonly url: string;
  readonly #redis: ChildProcess;
  readonly #folder: string;
  readonly hosts: ChildProcess[] = [];

  private constructor(port: number, folder: string) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#folder = folder;
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
    this.#redis = spawn('redis-server', args, { stdio: 'ignore' });
  }

  /** @throws Unavailable if there is no Redis */
  static async start(): Promise<Server> {
    try {
      execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    } catch {
      throw new Unavailable('redis-server is not installed');
    }
    const port = await freePort();
    const server = new Server(port, mkdtempSync(path.join(tmpdir(), 'offspring-bench-')));
    const ping = () => execFileSync('redis-cli', ['-p', String(port), 'PING'], { stdio: ['ignore', 'pipe', 'ignore'] });
    for (let tries = 0; ; tries++) {
      try {
        if (String(ping()).includes('PONG')) return server;
      } catch (error) {
        if (tries > 200) throw error;
      }
      await sleep(20);
    }
  }

  async addHost(
    kind: HostKind,
    work: Work,
    { workers = WORKERS, concurrency = CONCURRENCY } = {},
  ): Promise<ChildProcess> {
    const args = [kind, this.url, work, String(workers), String(concurrency)];
    const host = fork(path.join(__dirname, 'host.cjs'), args, { stdio: 'ignore' });
    this.hosts.push(host);
    await once(host, 'message');
    return host;
  }

  /** Microseconds of processor time that this process, the hosts with their children, and Redis have used. */
  get processorTime(): number {
    const { user, system } = process.cpuUsage();
    const others = [this.#redis.pid as number, ...this.hosts.flatMap(({ pid }) => tree(pid as number))];
    return user + system + others.reduce((sum, pid) => sum + timeOf(pid), 0);
  }

  async close(): Promise<void> {
    for (const host of this.hosts) host.kill('SIGKILL');
    const ended = once(this.#redis, 'exit');
    this.#redis.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The numbers of /proc/<pid>/stat behind the name of the program. */
const statOf = (pid: number): string[] => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
  } catch {
    return [];
  }
};

const tree = (pid: number): number[] => [
  pid,
  ...readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && statOf(Number(name))[1] === String(pid))
    .flatMap(name => tree(Number(name))),
];

/** Linux counts a hundredth of a second as one tick. */
const TICK = 10_000;
const timeOf = (pid: number): number => {
  const stat = statOf(pid);
  return (Number(stat[11] ?? 0) + Number(stat[12] ?? 0)) * TICK;
};
