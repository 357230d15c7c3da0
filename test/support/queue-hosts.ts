/** Hosts and callers of queues, as processes of their own, which end with their test. */
import path from 'node:path';
import type { CallOptions, ServeOptions } from 'offspring-rx/bullmq';
import { ROOT } from './fixture';
import { poll } from './poll';
import { childrenOf, isAlive } from './processes';
import { runNode, type Script } from './script';

const scriptPath = (name: string) => path.join(ROOT, 'build', 'test', 'fixtures', 'scripts', `${name}.cjs`);

/** Short enough for a test. */
export const BRISK = { lockDuration: 1_000, stalledInterval: 500 };
export const BRISK_CALL = { leaseMs: 1_500 };

export interface Processes {
  /** Serves a class of the fixtures. Resolves when it does. */
  host(type: string, url: string, options?: Partial<ServeOptions<any>>): Promise<Script>;
  /** Hands in items, and prints each output. */
  caller(type: string, url: string, items: unknown[], options?: Partial<CallOptions>): Script;
}

/** Gives each test of the suite that calls it processes, which are killed at its end. */
export function processesForSuite(): Processes {
  const scripts: Script[] = [];
  const run = (name: string, ...args: string[]) => {
    const script = runNode([scriptPath(name), ...args]);
    scripts.push(script);
    return script;
  };
  afterEach(async () => {
    for (const { process: child } of scripts.splice(0)) {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
    }
  });
  return {
    async host(type, url, options = {}) {
      const script = run('queue-host', type, url, JSON.stringify({ workers: 1, ...BRISK, ...options }));
      await script.says('serving');
      return script;
    },
    caller: (type, url, items, options = {}) =>
      run('queue-caller', type, url, JSON.stringify(items), JSON.stringify({ ...BRISK_CALL, ...options })),
  };
}

export const gone = (what: string, pid: number): Promise<boolean> =>
  poll(`${what} is gone`, () => !isAlive(pid), 10_000);

/** The pids of the workers of a host. */
export const workersOf = (host: Script): number[] => childrenOf(host.pid);
