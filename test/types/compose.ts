/** Compile-only: what fromSubprocess, supervise and superviseAll infer. */
import { type AnySubprocess, fromSubprocess, type Iteration, Subprocess, SubprocessLoop } from 'offspring-rx';
import {
  type Children,
  type ChildState,
  type Failure,
  type Place,
  Supervisor,
  type SupervisorEvent,
  supervise,
  superviseAll,
} from 'offspring-rx/supervise';
import { map, type Observable } from 'rxjs';
import { same } from './expect.js';

class Count extends Subprocess<[path: string], { lines: number }> {
  override async run() {
    return 1 as number;
  }
}
class Yields extends Subprocess {
  override *run() {
    yield 'text' as string;
    return true as boolean;
  }
}
class Silent extends Subprocess {
  override run() {}
}
class Beat extends SubprocessLoop<[], 'beat'> {
  override loop() {}
}

// fromSubprocess: the messages, or what is picked
const message$ = fromSubprocess(() => new Count('a'));
same<typeof message$, Observable<{ lines: number }>>(true);
const yielded$ = fromSubprocess(() => new Yields());
same<typeof yielded$, Observable<string>>(true);
const unknown$ = fromSubprocess(() => new Silent());
same<typeof unknown$, Observable<unknown>>(true);
const result$ = fromSubprocess(
  () => new Count('a'),
  task => task.result$,
);
same<typeof result$, Observable<number>>(true);
const iteration$ = fromSubprocess(
  () => new Beat(),
  task => task.iteration$,
);
same<typeof iteration$, Observable<Iteration>>(true);
const piped$ = fromSubprocess(
  () => new Beat(),
  ({ message$ }) => message$.pipe(map(beat => beat.length)),
);
same<typeof piped$, Observable<number>>(true);
const promised$ = fromSubprocess(
  () => new Yields(),
  task => task.result(),
);
same<typeof promised$, Observable<boolean>>(true);
const started$ = fromSubprocess(() => new Count('a').start());
same<typeof started$, Observable<{ lines: number }>>(true);
export const cold = <T extends AnySubprocess>(create: () => T) => fromSubprocess(create, task => task.exit$);

const make = () => new Count('a');
// @ts-expect-error: only a loop has iterations
fromSubprocess(make, task => task.iteration$);
// @ts-expect-error: no task
fromSubprocess(() => 3);
// @ts-expect-error: a task, and no factory of tasks
fromSubprocess(new Silent());

// supervise: the task of `started`
const event$ = supervise(() => new Count('a'), { restart: 'always', backoff: { max: 5 }, intensity: { restarts: 1 } });
same<typeof event$, Observable<SupervisorEvent<Count>>>(true);
event$.subscribe(event => {
  switch (event.type) {
    case 'started':
      same<typeof event.task, Count>(true);
      same<typeof event.attempt, number>(true);
      return event.task.message$.subscribe(({ lines }) => lines);
    case 'exited':
      return event.exit.reason;
    case 'restarting':
      return event.delay + event.attempt;
    case 'gave-up':
      same<typeof event.history, readonly Failure[]>(true);
      return event.history.length;
    default:
      return event satisfies never;
  }
});
// @ts-expect-error: no such policy
supervise(() => new Count('a'), { restart: 'sometimes' });
// @ts-expect-error: one task has no strategy
supervise(() => new Count('a'), { strategy: 'one-for-one' });
// @ts-expect-error: a supervisor below another is for superviseAll
supervise(() => ({ a: () => new Count('a') }));

// superviseAll: the task follows from the key, also of those below
const all$ = superviseAll(
  {
    count: () => new Count('a'),
    beat: () => new Beat(),
    group: () => ({ children: { inner: () => new Yields() }, options: { strategy: 'one-for-all' } }),
    bare: () => ({ deep: () => new Silent() }),
  },
  { strategy: 'rest-for-one', restart: { beat: 'always' } },
);
all$.subscribe(event => {
  same<typeof event.child, 'count' | 'beat' | 'group' | 'inner' | 'bare' | 'deep'>(true);
  same<typeof event.path, readonly string[]>(true);
  if (event.type === 'started') same<typeof event.task, Count | Beat | Yields | Silent>(true);
  if (event.type === 'started' && event.child === 'beat') same<typeof event.task, Beat>(true);
  if (event.type === 'started' && event.child === 'inner') same<typeof event.task, Yields>(true);
  if (event.child === 'group') same<typeof event.type, 'restarting' | 'gave-up'>(true);
});
superviseAll({ count: () => new Count('a') }, { restart: 'never' });
declare const numbered: Record<string, () => Count>;
same<typeof numbered$, Observable<SupervisorEvent<Count> & Place<string>>>(true);
const numbered$ = superviseAll(numbered);
declare const anything: Children;
same<typeof anything$, Observable<SupervisorEvent & Place>>(true);
const anything$ = superviseAll(anything);
// @ts-expect-error: no child has that key
superviseAll({ count: () => new Count('a') }, { restart: { cuont: 'never' } });
// @ts-expect-error: no such strategy
superviseAll({ count: () => new Count('a') }, { strategy: 'all-for-one' });
// @ts-expect-error: a task, and no factory of tasks
superviseAll({ count: new Count('a') });

// A Supervisor knows the task of each key, and takes options for its keys alone
export async function held(): Promise<void> {
  const children = { web: () => new Count('a'), below: () => ({ children: { inner: () => new Count('a') } }) };
  const supervisor = new Supervisor(children, { watchdog: { web: 1_000 }, significant: { web: true } });
  same<ReturnType<typeof supervisor.which<'web'>>, Count | undefined>(true);
  const other: AnySubprocess | undefined = supervisor.which('below/inner');
  const key: string = supervisor.start(() => new Count('a'), { restart: 'always', watchdog: 500 });
  await supervisor.restart(key, { overlap: true });
  supervisor.children$.subscribe(([child]) => [other, child?.state satisfies ChildState | undefined]);
  // @ts-expect-error: no such child
  new Supervisor(children, { restart: { mail: 'never' } });
  // @ts-expect-error: a factory is called for each start
  supervisor.start(new Count('a'));
}
