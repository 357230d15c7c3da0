/** fromSubprocess: a process as a cold Observable, alone and with operators that subscribe again or unsubscribe. */
import { expect } from 'chai';
import { type AnySubprocess, fromSubprocess } from 'offspring-rx';
import {
  catchError,
  concatMap,
  defaultIfEmpty,
  delay,
  firstValueFrom,
  ignoreElements,
  interval,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  race,
  range,
  repeat,
  retry,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  timeout,
  timer,
  toArray,
} from 'rxjs';
import { fixture } from './support/fixture';
import { inner } from './support/inner';
import { itInFull, LONG, rows } from './support/long';
import { poll } from './support/poll';
import { isAlive } from './support/processes';

const { registered } = inner<typeof import('../src/parent/end/registry')>('parent/end/registry');

const { CannotStart, Counts, Obedient, ObedientExplicit, Pid, PreparedSlowly, ReturnsBadly, SlowToGo } =
  fixture<typeof import('./fixtures/supervised')>('supervised');
const { Echo, Emitter, Sleeper, Thrower } = fixture<typeof import('./fixtures/tasks')>('tasks');
const { Counting } = fixture<typeof import('./fixtures/loops')>('loops');

const all = <T>(source$: Observable<T>) => lastValueFrom(source$.pipe(toArray()));
const failureOf = (source$: Observable<unknown>) =>
  lastValueFrom(source$, { defaultValue: undefined }).then(
    () => undefined,
    error => error,
  );
const allExited = () => poll('all have exited', () => registered().length === 0);

/** A factory that records the tasks that it makes. */
function recording<T extends AnySubprocess>(make: () => T): { factory: () => T; made: T[] } {
  const made: T[] = [];
  const factory = () => {
    const task = make();
    made.push(task);
    return task;
  };
  return { factory, made };
}

/** A factory of tasks that take 300 ms to go, and the most processes that there were when it was called. */
function counting() {
  const { factory, made } = recording(() => new SlowToGo());
  let most = 0;
  const counted = () => {
    const task = factory();
    most = Math.max(most, registered().length);
    return task;
  };
  return { factory: counted, made, most: () => most };
}

describe('fromSubprocess', () => {
  describe('emits', () => {
    it('the messages', async () => {
      expect(await all(fromSubprocess(() => new Counts()))).to.deep.equal([1, 2]);
    });

    itInFull(`the result ${LONG}`, async () => {
      expect(
        await all(
          fromSubprocess(
            () => new Counts(),
            task => task.result$,
          ),
        ),
      ).to.deep.equal([3]);
    });

    it('the iterations of a loop', async () => {
      const turns = await all(
        fromSubprocess(
          () => new Counting(),
          task => task.iteration$,
        ),
      );
      expect(turns.map(({ index }) => index)).to.deep.equal([0, 1, 2, 3]);
    });

    itInFull(`a stream that is composed of several, even if it emits late ${LONG}`, async () => {
      const made$ = fromSubprocess(
        () => new Counts(),
        task => merge(task.message$, task.result$).pipe(concatMap(value => of(value).pipe(delay(50)))),
      );
      expect(await all(made$)).to.deep.equal([1, 2, 3]);
    });

    itInFull(`the value of a promise ${LONG}`, async () => {
      expect(
        await all(
          fromSubprocess(
            () => new Counts(),
            task => task.result(),
          ),
        ),
      ).to.deep.equal([3]);
    });
  });

  describe('starts', () => {
    it('no process before it is subscribed to, then one for each subscription', async () => {
      const { factory, made } = recording(() => new Echo('hello'));
      const echo$ = fromSubprocess(factory, task => task.result$);
      expect(made).to.have.length(0);
      expect(await Promise.all([all(echo$), all(echo$)])).to.deep.equal([['hello'], ['hello']]);
      expect(made).to.have.length(2);
    });

    itInFull(`a class with EXPLICIT_START, whether or not the factory calls start() ${LONG}`, async () => {
      const explicit$ = fromSubprocess(
        () => new PreparedSlowly(),
        task => task.result$,
      );
      const started$ = fromSubprocess(
        () => new PreparedSlowly().start(),
        task => task.result$,
      );
      expect(await all(explicit$)).to.deep.equal(['prepared']);
      expect(await all(started$)).to.deep.equal(['prepared']);
      const stays$ = fromSubprocess(
        () => new ObedientExplicit(),
        task => task.event$,
      );
      await firstValueFrom(stays$);
    });
  });

  describe('completes', () => {
    it('when the process has exited, even if the picked stream completes earlier', async () => {
      const { factory, made } = recording(() => new Obedient());
      let completed = false;
      fromSubprocess(factory, task => task.state$.pipe(take(1))).subscribe({
        complete() {
          completed = true;
        },
      });
      const [task] = made;
      if (!task) throw new Error('not made');
      await firstValueFrom(task.ready$);
      expect(completed).to.equal(false);
      await task.send('return');
      const exit = await task.wait();
      expect(exit.reason).to.equal('completed');
      expect(isAlive(exit.pid as number)).to.equal(false);
      expect(completed).to.equal(true);
    });

    itInFull(`when other code has shut the process down ${LONG}`, async () => {
      const { factory, made } = recording(() => new Pid());
      const seen: unknown[] = [];
      const over = lastValueFrom(fromSubprocess(factory).pipe(tap(pid => seen.push(pid))));
      await poll('its message', () => seen.length === 1);
      await made[0]?.shutdown();
      expect(await over).to.equal(seen[0]);
    });
  });

  describe('errors', () => {
    it('as result$ does', async () => {
      const { factory, made } = recording(() => new Thrower('no good'));
      const error = await failureOf(fromSubprocess(factory));
      expect(error).to.include({ name: 'RemoteError' });
      expect(error).to.equal(await failureOf(made[0]?.result$ as Observable<unknown>));
      // It exited by itself.
      expect(await made[0]?.wait()).to.include({ reason: 'failed', code: 1, signal: null });
    });

    it('when the process cannot be spawned', async () => {
      expect(await failureOf(fromSubprocess(() => new CannotStart()))).to.include({
        name: 'StartError',
        phase: 'spawn',
      });
    });

    itInFull(`when the process exits with an error after its result ${LONG}`, async () => {
      const seen: unknown[] = [];
      const bad$ = fromSubprocess(
        () => new ReturnsBadly(),
        task => task.result$,
      ).pipe(tap(value => seen.push(value)));
      expect(await failureOf(bad$)).to.include({ name: 'ExitError' });
      expect(seen).to.deep.equal(['returned']);
    });

    itInFull(`when other code kills the process ${LONG}`, async () => {
      const { factory, made } = recording(() => new Pid());
      const killed$ = fromSubprocess(factory).pipe(tap(() => made[0]?.process?.kill('SIGKILL')));
      expect(await failureOf(killed$)).to.include({ name: 'ExitError' });
    });

    it('with what the factory throws', async () => {
      const thrown = new TypeError('no such thing');
      const broken$ = fromSubprocess((): InstanceType<typeof Pid> => {
        throw thrown;
      });
      expect(await failureOf(broken$)).to.equal(thrown);
    });

    it('with what pick throws, and shuts the process down', async () => {
      const { factory, made } = recording(() => new Pid());
      const thrown = new TypeError('nothing to pick');
      const broken$ = fromSubprocess(factory, () => {
        throw thrown;
      });
      expect(await failureOf(broken$)).to.equal(thrown);
      expect((await made[0]?.wait())?.reason).to.equal('not-started');
    });

    it('with a StateError if the factory returns the same instance twice', async () => {
      const task = new Echo('once');
      const same$ = fromSubprocess(
        () => task,
        ({ result$ }) => result$,
      );
      expect(await all(same$)).to.deep.equal(['once']);
      const error = await failureOf(same$);
      expect(error).to.include({ name: 'StateError', subprocess: 'Echo' });
      expect(error.message).to.equal(
        'fromSubprocess: the factory returned an instance of Echo that was already returned before, and an instance runs only once: return a new one each time, as in () => new Echo()',
      );
    });

    it('with a StateError if the factory does not return a task', async () => {
      for (const value of [undefined, null, 3, {}, Promise.resolve(), class {}]) {
        const error = await failureOf(fromSubprocess(() => value as never));
        expect(error).to.include({ name: 'StateError' });
        expect(error.message).to.match(
          /^fromSubprocess: the factory returned .*, which is not a Subprocess: return a new instance/s,
        );
      }
    });

    it('with a StateError, at once, if an argument is wrong', () => {
      const expected = 'it must be a function that returns a new task, as in () => new MyTask()';
      expect(() => fromSubprocess(Echo as never))
        .to.throw(`fromSubprocess: the first argument is the class Echo: ${expected}`)
        .with.property('name', 'StateError');
      expect(() => fromSubprocess(null as never)).to.throw(`fromSubprocess: the first argument is null: ${expected}`);
      expect(() => fromSubprocess(() => new Emitter(1), 'result$' as never)).to.throw(
        'fromSubprocess: the second argument is result$: it must be a function of the task, as in task => task.result$',
      );
    });
  });

  describe('unsubscribing shuts down', () => {
    it('in the same turn: no process is spawned', async () => {
      const { factory, made } = recording(() => new Pid());
      fromSubprocess(factory).subscribe().unsubscribe();
      expect(await made[0]?.wait()).to.include({ reason: 'not-started', pid: null });
    });

    it('once it runs', async () => {
      const { factory, made } = recording(() => new Pid());
      const pid = await firstValueFrom(fromSubprocess(factory));
      expect(await made[0]?.wait()).to.include({ reason: 'stopped', signal: 'SIGTERM', pid });
    });

    it('by take(1), before the process has exited', async () => {
      const { factory, made } = recording(() => new Emitter('a', 'b', 'c'));
      expect(await all(fromSubprocess(factory).pipe(take(1)))).to.deep.equal(['a']);
      expect((await made[0]?.wait())?.reason).to.be.oneOf(['stopped', 'completed']);
    });
  });

  describe('with operators', () => {
    it('timeout: the process is stopped', async () => {
      const { factory, made } = recording(() => new Sleeper(60_000));
      const late$ = fromSubprocess(factory, task => task.result$).pipe(timeout(100));
      expect(await failureOf(late$)).to.include({ name: 'TimeoutError' });
      expect((await made[0]?.wait())?.reason).to.be.oneOf(['stopped', 'not-started']);
    });

    it('retry({ delay }): a process for each attempt, never two at a time', async () => {
      const { factory, made } = recording(() => new Thrower('no good'));
      const alive: number[] = [];
      const counted = () => {
        alive.push(registered().length);
        return factory();
      };
      const error = await failureOf(fromSubprocess(counted).pipe(retry({ count: 2, delay: () => timer(1) })));
      expect(error).to.include({ name: 'RemoteError' });
      expect(made).to.have.length(3);
      expect(alive).to.deep.equal([0, 0, 0]);
    });

    itInFull(
      `retry after an error of a later operator: waits until the process before it is gone ${LONG}`,
      async () => {
        const alive: number[] = [];
        const refused$ = fromSubprocess(() => {
          alive.push(registered().length);
          return new SlowToGo();
        }).pipe(
          tap(message => {
            throw new Error(`refused: ${message}`);
          }),
        );
        expect(String(await failureOf(refused$.pipe(retry(2))))).to.equal('Error: refused: ready');
        expect(alive).to.deep.equal([0, 0, 0]);
      },
    );

    itInFull(`subscribing again in the error callback waits, too ${LONG}`, async () => {
      const alive: number[] = [];
      const task$ = fromSubprocess(() => {
        alive.push(registered().length);
        return new Thrower('no good');
      });
      await new Promise(resolve => {
        task$.subscribe({ error: () => task$.subscribe({ error: resolve }) });
      });
      expect(alive).to.deep.equal([0, 0]);
    });

    it('unsubscribing while it waits: no task is constructed', async () => {
      const { factory, made } = recording(() => new SlowToGo());
      const task$ = fromSubprocess(factory);
      await firstValueFrom(task$);
      const waiting = task$.subscribe();
      waiting.unsubscribe();
      await allExited();
      expect(made).to.have.length(1);
    });

    itInFull(`repeat: one after the other ${LONG}`, async () => {
      const { factory, made } = recording(() => new Counts());
      expect(await all(fromSubprocess(factory).pipe(repeat(2)))).to.deep.equal([1, 2, 1, 2]);
      expect(made).to.have.length(2);
    });

    itInFull(`catchError: another process in its place ${LONG}`, async () => {
      const saved$ = fromSubprocess(() => new Thrower('no good')).pipe(
        catchError(() => fromSubprocess(() => new Counts())),
      );
      expect(await all(saved$)).to.deep.equal([1, 2]);
    });

    itInFull(`switchMap: the process before is stopped ${LONG}`, async () => {
      const { factory, made } = recording(() => new Pid());
      const turn$ = new Subject<void>();
      const pids: number[] = [];
      const pid$ = turn$.pipe(switchMap(() => fromSubprocess(factory)));
      const subscription = pid$.subscribe(pid => pids.push(pid));
      for (const turn of [1, 2, 3]) {
        turn$.next();
        await poll(`process ${turn}`, () => pids.length === turn);
      }
      const ends = await Promise.all(made.slice(0, 2).map(task => task.wait()));
      expect(ends.map(({ reason }) => reason)).to.deep.equal(['stopped', 'stopped']);
      expect(isAlive(pids[2] as number)).to.equal(true);
      subscription.unsubscribe();
    });

    itInFull(`mergeMap(..., 4): four at a time ${LONG}`, async () => {
      const count = 12;
      const { factory, made } = recording(() => new Sleeper(50));
      let most = 0;
      const slept$ = range(count).pipe(
        mergeMap(() => {
          const sleep$ = fromSubprocess(factory, task => task.result$);
          return sleep$.pipe(
            tap(() => {
              most = Math.max(most, registered().length);
            }),
          );
        }, 4),
      );
      expect(await all(slept$)).to.have.length(count);
      expect(made).to.have.length(count);
      expect(most).to.be.within(2, 4);
    });

    /** Ways to leave `message$` of a process that takes 300 ms to go. */
    const LEAVING: Record<string, (inner$: Observable<string>) => Observable<unknown>> = {
      'take(1)': inner$ => inner$.pipe(take(1)),
      'take(1) below other operators': inner$ => inner$.pipe(retry(1), take(1), map(String), defaultIfEmpty('')),
      timeout: inner$ =>
        inner$.pipe(
          ignoreElements(),
          timeout(500),
          catchError(() => of('late')),
        ),
      takeUntil: inner$ => inner$.pipe(takeUntil(timer(500))),
      'an error of its subscriber': inner$ =>
        inner$.pipe(
          map(() => {
            throw new Error('refused');
          }),
          catchError(() => of('refused')),
        ),
      'switchMap to another': inner$ =>
        timer(0, 500).pipe(
          take(2),
          switchMap(() => inner$.pipe(take(1))),
        ),
      race: inner$ => race(inner$, timer(500)).pipe(take(1)),
    };
    const LEAVING_IN_SHORT = ['take(1)'];
    for (const [how, leave] of rows(Object.entries(LEAVING), ([name]) => LEAVING_IN_SHORT.includes(name))) {
      it(`74 mergeMap(..., 2), left early by ${how}: never more than two, those on their way out included ${LONG}`, async () => {
        const { most, factory, made } = counting();
        await all(range(5).pipe(mergeMap(() => leave(fromSubprocess(factory)), 2)));
        await allExited();
        expect(most()).to.equal(2);
        expect(made.length).to.be.at.least(5);
      });
    }

    itInFull(`74 the same, over a source that is slower than the messages, and with two classes ${LONG}`, async () => {
      const { most, factory, made } = counting();
      const other = recording(() => new Pid());
      const source$ = interval(120).pipe(take(6));
      const makers: (() => AnySubprocess)[] = [factory, other.factory];
      const inner = (index: number) => fromSubprocess(makers[index % 2] as () => AnySubprocess).pipe(take(1));
      await all(source$.pipe(mergeMap(inner, 2)));
      await allExited();
      expect(most()).to.be.at.most(2);
      expect([made.length, other.made.length]).to.deep.equal([3, 3]);
    });

    itInFull(`74 switchMap and concatMap: one, while the one before is on its way out ${LONG}`, async () => {
      const { most, factory } = counting();
      await all(range(3).pipe(concatMap(() => fromSubprocess(factory).pipe(take(1)))));
      await allExited();
      const turn$ = new Subject<void>();
      const messages: string[] = [];
      const subscription = turn$.pipe(switchMap(() => fromSubprocess(factory))).subscribe(each => messages.push(each));
      for (const turn of [1, 2, 3]) {
        turn$.next();
        await poll(`process ${turn}`, () => messages.length === turn);
      }
      subscription.unsubscribe();
      await allExited();
      expect(most()).to.equal(1);
    });

    itInFull(`74 another pipeline does not wait ${LONG}`, async () => {
      const { factory, made } = recording(() => new SlowToGo());
      await firstValueFrom(fromSubprocess(factory));
      const beside = firstValueFrom(fromSubprocess(factory));
      expect(made).to.have.length(2);
      await beside;
      await allExited();
    });

    itInFull(
      `mergeMap on one Observable: processes that are subscribed to do not wait for each other ${LONG}`,
      async () => {
        const pid$ = fromSubprocess(() => new Pid());
        const pids = await all(
          range(3).pipe(
            mergeMap(() => pid$),
            take(3),
          ),
        );
        expect(new Set(pids).size).to.equal(3);
        await allExited();
      },
    );

    itInFull(`takeUntil: the process is stopped when the notifier emits ${LONG}`, async () => {
      const { factory, made } = recording(() => new Pid());
      const stop$ = new Subject<void>();
      const pids = await all(
        fromSubprocess(factory).pipe(
          tap(() => stop$.next()),
          takeUntil(stop$),
        ),
      );
      expect(pids).to.have.length(0);
      expect((await made[0]?.wait())?.reason).to.equal('stopped');
    });

    itInFull(`race: the loser is stopped ${LONG}`, async () => {
      const slow = recording(() => new Sleeper(60_000));
      const fast = recording(() => new Sleeper(1));
      const first$ = race(
        fromSubprocess(slow.factory, task => task.result$),
        fromSubprocess(fast.factory, task => task.result$),
      );
      expect(await all(first$)).to.deep.equal([1]);
      expect((await slow.made[0]?.wait())?.reason).to.be.oneOf(['stopped', 'not-started']);
    });
  });
});
