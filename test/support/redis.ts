/** A Redis server of a test: on a free port of the loopback interface, with its files in a folder of the test. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../bench/contenders/queue/free-port';
import { poll } from './poll';

const PROGRAM = 'redis-server';
const ADDRESS = '127.0.0.1';

const isInstalled = (): boolean => {
  try {
    execFileSync(PROGRAM, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Why there is no Redis here; undefined if there is one. Installs Debian's where this process may. */
export function whyNoRedis(): string | undefined {
  if (isInstalled()) return undefined;
  if (process.getuid?.() !== 0) return 'install redis-server, or run the tests as root';
  try {
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', PROGRAM]]) {
      execFileSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    }
  } catch {
    return 'apt-get could not install redis-server';
  }
  return isInstalled() ? undefined : 'apt-get has installed no redis-server';
}

export class TestRedis {
  readonly port: number;
  readonly folder: string;
  #process: ChildProcess | undefined;

  constructor(port: number, folder: string) {
    this.port = port;
    this.folder = folder;
  }

  get url(): string {
    return `redis://${ADDRESS}:${this.port}`;
  }

  get pid(): number {
    return this.#process?.pid as number;
  }

  /** `extra`: further arguments, such as `--maxmemory 10mb`. */
  async start(...extra: string[]): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    const args = ['--port', String(this.port), '--bind', ADDRESS, '--dir', this.folder];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
    this.#process = spawn(PROGRAM, [...args, ...durable, '--daemonize', 'no', ...extra], {
      stdio: 'ignore',
      // Without the mark of the test: it outlives one.
      env: { PATH: process.env['PATH'] },
    });
    await poll('Redis answers', () => this.cli('PING').includes('PONG'));
  }

  /** Without a lasting connection, so that it also works while the server is stopped. Empty if there is no answer. */
  cli(...command: string[]): string {
    try {
      const args = ['-h', ADDRESS, '-p', String(this.port), ...command];
      return execFileSync('redis-cli', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return '';
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    server.kill('SIGCONT');
    await ended;
  }

  /** Throws away all that it has stored, while it is stopped. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** All keys, by a connection of its own. */
  async keys(): Promise<string[]> {
    const redis = this.client();
    try {
      return (await redis.keys('*')).sort();
    } finally {
      redis.disconnect();
    }
  }

  /** Keys that belong to items and callers, and not to the queue itself: BullMQ keeps its settings and its events. */
  async leftOver(): Promise<string[]> {
    return (await this.keys()).filter(key => !/:(meta|events|id|stalled-check|marker|pc)$/.test(key));
  }

  async flush(): Promise<void> {
    const redis = this.client();
    await redis.flushall();
    redis.disconnect();
  }

  /** Bytes that Redis uses. */
  get memory(): number {
    return Number(/^used_memory:(\d+)/m.exec(this.cli('INFO', 'memory'))?.[1]);
  }

  client(): Redis {
    const redis = new Redis(this.url, { maxRetriesPerRequest: 1 });
    redis.on('error', () => {});
    return redis;
  }
}

/** Gives the suite that calls it a server, or leaves its tests out, loudly. `everywhere`: other addresses reach it too. */
export function redisForSuite(everywhere = false): TestRedis {
  let redis: TestRedis | undefined;
  before(async function () {
    this.timeout(300_000);
    const why = whyNoRedis();
    if (why !== undefined) {
      console.log(`NOT TESTED: ${this.test?.parent?.title}: there is no Redis here: ${why}`);
      this.skip();
    }
    redis = new TestRedis(await freePort(), path.join(mkdtempSync(path.join(tmpdir(), 'offspring-redis-')), 'data'));
    await (everywhere ? redis.start('--bind', '0.0.0.0', '--protected-mode', 'no') : redis.start());
  });
  after(async () => {
    await redis?.stop();
    if (redis) rmSync(path.dirname(redis.folder), { recursive: true, force: true });
  });
  return new Proxy({} as TestRedis, {
    get(_, name) {
      const value = Reflect.get(redis as TestRedis, name, redis);
      return typeof value === 'function' ? value.bind(redis) : value;
    },
  });
}
