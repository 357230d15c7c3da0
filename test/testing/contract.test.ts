/** What holds for a task in a child holds for the same task in the process of its test. Each case runs both ways. */
import { expect } from 'chai';
import type { AnySubprocess, ArgsOf, ExitStatus, LoopOutcome } from 'offspring-rx';
import { Subprocess } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import {
  crash,
  exitCode,
  type Fault,
  inProcess,
  killedBy,
  neverReady,
  poolInProcess,
  type TaskType,
} from 'offspring-rx/testing';
import { firstValueFrom, map, type Observable, toArray } from 'rxjs';
import { fixture } from '../support/fixture';
import { LONG, rows } from '../support/long';

const tasks = fixture<typeof import('../fixtures/contract')>('contract');
type Deed = import('../fixtures/contract').Deed;

/** A way to run tasks. `fault` is ignored where the task itself does it. */
interface Way {
  task<T extends AnySubprocess>(type: TaskType<T>, args: ArgsOf<T>, fault?: Fault): T;
  pool: typeof poolInProcess;
}

const REAL: Way = {
  task: (type, args) => new type(...args),
  pool: (type, ...[options]) => new WorkerPool(type, options as never),
};
const KIT: Way = {
  task: (type, args, fault) => inProcess(type, args, fault ? { fault } : {}),
  pool: (type, ...rest) => poolInProcess(type, ...rest),
};

/** What is told of an error: all but its stack. Process ids differ. */
function told(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { remote, phase, exit, errors, subprocess } = thrown as never as Record<string, object | undefined>;
  const { stack: _, data, ...rest } = (remote ?? {}) as { stack?: string; data?: { pid?: number } };
  const { pid: __, ...fields } = data ?? {};
  return {
    name: thrown.name,
    message: withoutPid(thrown.message),
    subprocess,
    facts: { ...rest, fields },
    phase,
    reason: (exit as ExitStatus | undefined)?.reason,
    errors: (errors as unknown as Error[] | undefined)?.map(told),
    cause: told(thrown.cause),
  };
}

const withoutPid = (message: string) =>
  message
    .replace(/pid (\d+|null)/g, 'pid N')
    .replace(/loading \S+ /, 'loading ')
    .replace(/killed: .*/, 'killed');

function toldOf({ pid, duration, error, ...exit }: ExitStatus): unknown {
  return { ...exit, hasPid: pid !== null, hasDuration: duration >= 0, error: told(error) };
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    value => ({ value }),
    error => ({ error: told(error) }),
  );
const all = <T>(stream$: Observable<T>) => firstValueFrom(stream$.pipe(toArray()));

/** All that a task tells. `act` is called at once. */
async function story(task: AnySubprocess, act: (task: AnySubprocess) => unknown = () => {}): Promise<unknown> {
  const events = all(
    task.event$.pipe(
      map(({ type, ...rest }) => (type === 'message' ? [type, (rest as { message: unknown }).message] : type)),
    ),
  );
  const streams = Promise.all([
    all(task.state$),
    all(task.message$),
    outcome(all(task.result$)),
    outcome(all(task.ready$)),
  ]);
  const result = outcome(task.result());
  const acted = await outcome(Promise.resolve(act(task)));
  const exit = toldOf(await task.wait());
  // Subscribers that are late get the same.
  const late = await Promise.all([all(task.state$), outcome(all(task.result$)), all(task.exit$.pipe(map(toldOf)))]);
  const acting = 'value' in acted && isExit(acted.value) ? toldOf(acted.value) : acted;
  return { events: await events, streams: await streams, result: await result, acting, exit, late };
}

const isExit = (value: unknown): value is ExitStatus =>
  typeof value === 'object' && value !== null && 'reason' in value;

const once = (deed: Deed, act?: (task: AnySubprocess) => unknown, fault?: Fault) => (way: Way) =>
  story(way.task(tasks.Doing, [deed], fault), act);
const of = (type: keyof typeof tasks, deed: Deed, act?: (task: AnySubprocess) => unknown) => (way: Way) =>
  story(way.task(tasks[type] as typeof tasks.Doing, [deed]), act);
const whenRunning = async (task: AnySubprocess) => {
  await firstValueFrom(task.ready$).catch(() => {});
};
const stop = async (task: AnySubprocess) => {
  await whenRunning(task);
  return task.shutdown();
};

async function loop(way: Way, outcomes: LoopOutcome[], throwing = '', turns = Number.POSITIVE_INFINITY) {
  const task = way.task(tasks.Turning, [outcomes, throwing]);
  const iterations = all(task.iteration$.pipe(map(({ index, sleep }) => ({ index, sleep }))));
  task.iteration$.subscribe(({ index }) => {
    if (index + 1 === turns) void task.shutdown();
  });
  return { story: await story(task), iterations: await iterations };
}

const pool = (items: unknown[]) => async (way: Way) => {
  await using made = way.pool(tasks.Working, { args: [10], workers: 2 });
  const mapped = outcome(all(made.map(items, { settle: true } as never)));
  const run = await Promise.all(items.map(item => outcome(made.run(item))));
  const outcomes = await mapped;
  if (!('value' in outcomes)) return { run, outcomes };
  const reasons = (outcomes.value as { reason?: unknown }[]).map(each => ({ ...each, reason: told(each.reason) }));
  return { run, reasons };
};

const CASES: Record<string, (way: Way) => Promise<unknown>> = {
  'a task that returns nothing': once('nothing'),
  'a task that returns a value': once('returns'),
  'a task that returns what cannot cross': once('returnsFunction'),
  'a task that throws an error with a cause and a field': once('throws'),
  'a task that throws a string': once('throwsString'),
  'a task that rejects': once('rejects'),
  'a task that emits more messages than may be unread': once('emits'),
  'messages are copies': once('emitsObjects'),
  'a message that cannot cross': once('emitsFunction'),
  'a generator': once('generates'),
  'a generator that throws': once('generatesAndThrows'),
  'an Observable': once('observes'),
  'the fields of the task of the test stay as they are': async way => {
    const task = way.task(tasks.Doing, ['changesItself']);
    return { story: await story(task), list: task.list };
  },
  'the fields that cross, and those that the constructor makes': once('hasFields'),
  'a command': once('answers', task => task.send({ value: new Map([[1, 2]]) })),
  'a command that cannot cross': once('nothing', task => task.send(() => {})),
  'a command after the end': once('nothing', async task => {
    await task.wait();
    return task.send(1);
  }),
  'a shutdown of a task that does not handle it': once('stays', stop),
  'a shutdown of a task that rejects with the reason of its signal': once('waitsForSignal', stop),
  'a shutdown of a task that ends in peace': once('endsOnSignal', stop),
  'a shutdown of a task that ignores it': of('Hasty', 'ignoresSignal', stop),
  'a shutdown at once': once('stays', task => task.shutdown()),
  'a shutdown with a wrong option': once('nothing', task => task.shutdown({ grace: -1 })),
  'a shutdown of a class that enters its work in any case': of('Entered', 'stays', stop),
  'a shutdown of a class that is not to be stopped': of('Patient', 'answers', async task => {
    await whenRunning(task);
    const exit = task.shutdown();
    await task.send('the last word');
    return exit;
  }),
  'a shutdown before the start': of('Explicit', 'nothing', task => task.shutdown()),
  'a start by hand': of('Explicit', 'returns', task => void task.start()),
  'a second start': of('Explicit', 'nothing', task => {
    task.start();
    return Promise.resolve().then(() => task.start());
  }),
  shutdownAll: once('stays', async task => {
    await whenRunning(task);
    return (await Subprocess.shutdownAll()).length;
  }),
  'a loop over messages()': async way => {
    const task = way.task(tasks.Doing, ['emits']);
    let count = 0;
    for await (const message of task.messages()) count += message === count ? 1 : 0;
    return { count, exit: toldOf(await task.wait()) };
  },
  'the output, which is not piped': async way => {
    const task = way.task(tasks.Doing, ['nothing']);
    await task.wait();
    return outcome(Promise.resolve().then(() => task.stdout$));
  },
  'the output, which is piped': async way => all(way.task(tasks.Piped, ['nothing']).stdout$),
  'members of the other side': async way => {
    const task = way.task(tasks.Doing, ['nothing']);
    await task.wait();
    return outcome(Promise.resolve().then(() => task.signal));
  },
  'init throws': of('InitThrows', 'nothing'),
  'init rejects': of('InitRejects', 'nothing'),
  'a field that cannot cross': of('HasFunction', 'nothing'),
  'restore throws': of('RestoreThrows', 'nothing'),
  'forkOptions with an unknown option': of('Misconfigured', 'nothing'),
  'a crash': once('crashes', undefined, crash()),
  'a kill by somebody else': once('isKilled', undefined, killedBy('SIGKILL')),
  'an exit with code 3': once('exits', undefined, exitCode(3)),
  'an exit with code 0 before its result': once('exitsWithZero', undefined, exitCode(0)),
  'a task that is never ready': way => story(way.task(tasks.Impatient, [], neverReady())),
  'a loop that ends by itself': way => loop(way, [1, undefined, 0, false]),
  'a loop that is shut down in its sleep': way => loop(way, [1, 1, 100_000], '', 3),
  'a loop that is shut down after its first turn': way => loop(way, [100_000], '', 1),
  'a loop whose begin throws': way => loop(way, [1], 'begin'),
  'a loop whose turn throws': way => loop(way, [1], 'loop'),
  'a loop whose end throws': way => loop(way, [false], 'end'),
  'a loop that returns what is no sleep': way => loop(way, ['soon' as never]),
  'a pool': pool([1, 2, 'later', 'several', { a: new Map() }, undefined, null]),
  'a pool with items that fail': pool([1, 'throw', 2, 'function', 3]),
  'a pool with an item that cannot cross': async way => {
    await using made = way.pool(tasks.Working, { args: [1], workers: 1 });
    return outcome(made.run(() => {}));
  },
  'a pool whose begin throws': async way => {
    await using made = way.pool(tasks.BeginFails, { workers: 1 });
    return outcome(made.run(1));
  },
  'a pool with concurrency, whose items are canceled, late or of a higher priority, and that is drained': async way => {
    const made = way.pool(tasks.Controlled, { workers: 1, minWorkers: 1, share: ['a'], timeout: 300, concurrency: 2 });
    await firstValueFrom(made.ready$);
    const abort = new AbortController();
    const canceled = outcome(made.run('wait', { signal: abort.signal }));
    const late = outcome(made.run('wait', { priority: 1 }));
    setTimeout(() => abort.abort(new Error('enough')), 50);
    const ends = [await canceled, await late];
    const last = outcome(made.run('tell'));
    const drained = made.drain();
    const refused = await outcome(made.run('tell'));
    await drained;
    return { ends, last: await last, refused };
  },
  'a pool that is shut down': async way => {
    const made = way.pool(tasks.Working, { args: [1], workers: 1 });
    const first = await outcome(made.run(1));
    await made.shutdown();
    return { first, second: await outcome(made.run(2)) };
  },
};

describe('a task in the process of its test is as one in a child', () => {
  before(() => {
    process.env['OFFSPRING_TEST_OWNER'] = String(process.pid);
  });
  after(() => {
    delete process.env['OFFSPRING_TEST_OWNER'];
  });

  for (const [name, run] of rows(Object.entries(CASES), (_, at) => at % 12 === 0)) {
    it(`${name} ${LONG}`, async () => {
      const [real, kit] = [await run(REAL), await run(KIT)];
      expect(kit).to.deep.equal(real);
    });
  }
});
