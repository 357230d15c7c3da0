/** Runs one task by its plan, and sees that all of it settles. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type AnySubprocess, type ExitStatus, SubprocessLoop } from 'offspring-rx';
import { finalize, takeUntil, timer } from 'rxjs';
import { judge } from './judge';
import { kindOf } from './kinds';
import { Ledger } from './ledger';
import type { Plan } from './plan';
import type { Numbered } from './tasks';

/** ms after which what has not settled never will. */
const DEADLINE = 40_000;

export interface Followed {
  plan: Plan;
  task: AnySubprocess;
  /** Tells that somebody else shuts it down. */
  stopsNow(): void;
  /** Resolves when all has settled, or never will. */
  over: Promise<{ exit: ExitStatus | undefined; stopTime: number | null; problems: string[] }>;
}

/** `extra` is a promise that has to settle as well. */
export function follow(plan: Plan, extra?: Promise<unknown>): Followed {
  let settled = () => {};
  const ledger = new Ledger(() => ledger.settled && settled());
  const task = new (kindOf(plan.kind).make)(plan.size, plan.time);
  const messages: number[] = [];
  let stopAt: number | null = null;
  let endedAt = 0;
  let signalled = false;
  const shutdowns: { values: unknown[] }[] = [];

  const stopsNow = () => {
    stopAt ??= performance.now();
  };
  const shutdown = (options?: { grace: number }) => {
    stopsNow();
    shutdowns.push(ledger.promise(`shutdown() ${shutdowns.length}`, task.shutdown(options)));
  };
  const signal = (name: NodeJS.Signals) => {
    signalled = true;
    if (!task.process?.kill(name)) shutdown();
  };

  const wait = ledger.promise('wait()', task.wait());
  const result = ledger.promise('result()', task.result());
  const exits = ledger.stream<ExitStatus>('exit$', task.exit$, exit => {
    exits.values.push(exit);
    endedAt = performance.now();
  });
  const states = ledger.stream('state$', task.state$);
  const ready = ledger.stream('ready$', task.ready$);
  ledger.stream('result$', task.result$);
  ledger.stream('event$', task.event$, () => {});
  ledger.stream('message$', task.message$, message => messages.push((message as Numbered).n));
  if (task instanceof SubprocessLoop) ledger.stream('iteration$', task.iteration$, () => {});
  if ((task.constructor as typeof SubprocessLoop).STDIO === 'pipe') {
    ledger.stream('stdout$', task.stdout$, () => {});
    ledger.stream('stderr$', task.stderr$, () => {});
  }
  if (extra) ledger.promise('planted', extra);
  const ended = new Promise<void>(resolve => {
    settled = resolve;
  });

  if (plan.kind === 'explicit' && plan.action !== 'shutdownAtOnce') task.start();
  if (plan.kind === 'answers') {
    for (let n = 0; n < plan.size; n++)
      ledger.promise(`send() ${n}`, (task.send as (n: Numbered) => Promise<void>)({ n }));
  }
  ledger.promise('the action', act(plan, task, shutdown, signal));

  const late = new AbortController();
  const deadline = sleep(DEADLINE, undefined, { signal: late.signal }).catch(() => {});
  const over = Promise.race([ended, deadline]).then(() => {
    late.abort();
    const problems = ledger.problems();
    const exit = wait.values[0] as ExitStatus | undefined;
    const stopTime = stopAt === null || exit === undefined ? null : Math.max(0, endedAt - stopAt);
    if (!exit) {
      task.process?.kill('SIGKILL');
      return { exit, stopTime, problems };
    }
    const seen = {
      exit,
      exits: [...exits.values, ...shutdowns.flatMap(({ values }) => values)],
      states: states.values,
      messages,
      result: 'error' in result ? { error: result.error } : { value: result.values[0] },
      ready: ready.values.length === 1,
      stopTime,
      stopAsked: stopAt !== null,
      signalled,
    };
    if (exits.values.length !== 1) problems.push(`exit$ emitted ${exits.values.length} times`);
    return { exit, stopTime, problems: [...problems, ...judge(plan, seen)] };
  });
  return { plan, task, stopsNow, over };
}

/** Resolves when it is done. */
async function act(
  { action, delay }: Plan,
  task: AnySubprocess,
  shutdown: (options?: { grace: number }) => void,
  signal: (name: NodeJS.Signals) => void,
): Promise<void> {
  switch (action) {
    case 'nothing':
      return;
    case 'shutdownAtOnce':
      return shutdown();
    case 'shutdownWhenReady':
      return new Promise(resolve => {
        task.ready$.pipe(finalize(resolve)).subscribe({ next: () => shutdown(), error: () => {} });
      });
    case 'unsubscribe': {
      const subscription = task.event$.pipe(finalize(() => shutdown())).subscribe();
      await sleep(delay);
      return subscription.unsubscribe();
    }
    case 'takeUntil':
      return new Promise(resolve => {
        const stop = finalize<string>(() => {
          shutdown();
          resolve();
        });
        task.state$.pipe(takeUntil(timer(delay)), stop).subscribe();
      });
  }
  await sleep(delay);
  switch (action) {
    case 'shutdown':
      return shutdown();
    case 'shutdownWithGrace':
      return shutdown({ grace: delay / 3 });
    case 'shutdownThrice':
      shutdown();
      shutdown({ grace: 200 });
      await sleep(20);
      return shutdown();
    case 'dispose':
      shutdown();
      return task[Symbol.asyncDispose]();
    case 'stopAndShutdown':
      task.process?.kill('SIGSTOP');
      shutdown();
      // A shutdown that sends no signal wakes nobody either.
      if (!(task.constructor as typeof SubprocessLoop).TERMINATE_ON_SHUTDOWN) task.process?.kill('SIGCONT');
      return;
    case 'SIGTERM':
      signal(action);
      // It may be one that ignores it.
      await sleep(500);
      return shutdown();
    case 'SIGKILL':
    case 'SIGSEGV':
      return signal(action);
    default:
      return action satisfies never;
  }
}
