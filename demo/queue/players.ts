/** Caller: starts the Redis server and the hosts of the demo, and ends them. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** ms for Redis to answer. */
const LIMIT = 10_000;

export class Players {
  readonly url: string;
  readonly #folder: string;
  readonly #redis: ChildProcess;
  readonly #hosts = new Map<string, ChildProcess>();

  private constructor(url: string, folder: string, redis: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#redis = redis;
  }

  /** @throws Error if there is no redis-server */
  static async start(): Promise<Players> {
    const port = String(await freePort());
    const folder = mkdtempSync(path.join(tmpdir(), 'offspring-demo-'));
    const args = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    // In a group of its own, so that ctrl-c does not end it before its users.
    const redis = spawn('redis-server', args, { stdio: 'ignore', detached: true });
    const players = new Players(`redis://127.0.0.1:${port}`, folder, redis);
    try {
      await Promise.race([answers(players.url), once(redis, 'error').then(([error]) => Promise.reject(error))]);
    } catch (cause) {
      rmSync(folder, { recursive: true });
      throw new Error('the demo needs redis-server: install it, by apt-get install redis-server, say', { cause });
    }
    return players;
  }

  async addHost(name: string, folder: string): Promise<void> {
    const host = fork(path.join(__dirname, 'host.js'), [this.url, folder, name]);
    this.#hosts.set(name, host);
    await once(host, 'message');
  }

  /** By SIGKILL, as a machine that loses its power. */
  kill(name: string): void {
    this.#hosts.get(name)?.kill('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const hosts = [...this.#hosts.values()].filter(({ exitCode, signalCode }) => exitCode === null && !signalCode);
    const ended = [...hosts, this.#redis].map(each => once(each, 'exit'));
    for (const host of hosts) host.kill('SIGTERM');
    await Promise.all(ended.slice(0, -1));
    this.#redis.kill('SIGTERM');
    await ended.at(-1);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<void> {
  const redis = new Redis(url, { retryStrategy: () => 20 });
  redis.on('error', () => {});
  const late = sleep(LIMIT, undefined, { ref: false }).then(() => Promise.reject(new Error('no answer')));
  try {
    await Promise.race([redis.ping(), late]);
  } finally {
    redis.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
