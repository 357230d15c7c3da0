/** After every test the world is clean: no process, descriptor, listener or pending handle is left of it. */
import { strictEqual } from 'node:assert';
import { fstatSync, readdirSync, statSync } from 'node:fs';
import { inner } from './inner';
import { poll, SLOWNESS } from './poll';
import { commandOf, MARK, marked } from './processes';

const { removeListeners } = inner<typeof import('../../src/parent/end/exit-hooks')>('parent/end/exit-hooks');
const { dismiss } = inner<typeof import('../../src/parent/end/guardian')>('parent/end/guardian');
const { registered } = inner<typeof import('../../src/parent/end/registry')>('parent/end/registry');

const run = `${process.pid}-${Date.now()}`;
process.env[MARK] = run;
// It makes Node 20 read certificates at every start, 50 ms of each child.
delete process.env['NODE_EXTRA_CA_CERTS'];

const EVENTS = ['exit', 'beforeExit', 'SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'];

interface World {
  listeners: Record<string, number>;
  descriptors: number;
  /** Pipes, processes and sockets; timers belong to mocha. */
  handles: number;
}

const look = (): World => ({
  listeners: Object.fromEntries(EVENTS.map(event => [event, process.listenerCount(event)])),
  // Windows does not tell.
  descriptors: process.platform === 'win32' ? 0 : readdirSync('/dev/fd').filter(isOpened).length,
  handles: process.getActiveResourcesInfo().filter(handle => /ProcessWrap|PipeWrap|Socket/.test(handle)).length,
});

const NOTHING = statSync('/dev/null').rdev;

/** libuv keeps one on /dev/null from the first stream on. */
function isOpened(descriptor: string): boolean {
  try {
    return fstatSync(Number(descriptor), { bigint: true }).rdev !== BigInt(NOTHING);
  } catch {
    return false;
  }
}

let before: World;
const stray: unknown[] = [];
const keep = (error: unknown) => stray.push(error);

export const mochaHooks = {
  beforeEach(this: Mocha.Context) {
    const { currentTest } = this;
    // 0 stands for no limit.
    currentTest?.timeout(SLOWNESS * currentTest.timeout());
    process.on('unhandledRejection', keep);
    before = look();
  },
  async afterEach() {
    // Survivors die with the test that made them, so that the next one is not blamed.
    try {
      await poll('every process of the test is gone', () => marked(run).length === 0, 5_000);
    } catch {
      const survivors = marked(run);
      const told = survivors.map(pid => `${pid} ${commandOf(pid)}`).join('\n');
      for (const pid of survivors) process.kill(pid, 'SIGKILL');
      throw new Error(`survivors:\n${told}`);
    }
    await poll('the registry is empty', () => registered().length === 0);
    // Both would stay for a while: the guardian in case that another child comes, the listeners for a signal that is on
    // its way.
    dismiss();
    removeListeners();
    // Failures that nobody handled are told a turn later, with a listener until then.
    await new Promise(resolve => setImmediate(resolve));
    await poll('descriptors and handles are back', () => {
      const now = look();
      return now.descriptors <= before.descriptors && now.handles <= before.handles;
    });
    for (const [event, count] of Object.entries(look().listeners)) {
      strictEqual(count, before.listeners[event], `listeners of ${event}`);
    }
    process.off('unhandledRejection', keep);
    // A failure that nobody handles sets it. The next test is not blamed.
    process.exitCode = undefined;
    strictEqual(stray.splice(0).map(String).join('\n'), '', 'no rejection was left unhandled');
  },
};
