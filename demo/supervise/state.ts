/** Parent: all that is known of the supervised loops, folded from events. Pure. */
import type { ExitStatus } from 'offspring-rx';
import type { Strategy } from 'offspring-rx/supervise';
import type { Timestamp } from 'rxjs';

/** What ended the demo. */
export type Stop = 'SIGINT' | 'SIGTERM' | 'time';

export type AppEvent =
  | { type: 'started'; strategy: string; loop: string }
  | { type: 'ready'; strategy: string; loop: string; pid: number }
  | { type: 'exited'; strategy: string; loop: string; exit: ExitStatus }
  /** Its task has ended, and another one runs already. */
  | { type: 'replaced'; strategy: string; loop: string }
  | { type: 'restarting'; strategy: string; loop: string; delay: number }
  | { type: 'gave-up'; strategy: string; failures: number }
  | { type: 'stop'; stop: Stop }
  /** Something was typed. */
  | { type: 'select' | 'restart' | 'kill'; strategy: string; loop: string }
  | { type: 'tick' };

export const LOOPS = ['a', 'b', 'c'] as const;
export const GROUPS: readonly { strategy: Strategy; meaning: string }[] = [
  { strategy: 'one-for-one', meaning: 'one that crashes starts again' },
  { strategy: 'rest-for-one', meaning: 'and with it those that started after it' },
  { strategy: 'one-for-all', meaning: 'and with it all the others' },
];

/** What a loop did in one period; of several things, the one that matters most. */
export type Cell = 'down' | 'starting' | 'running' | 'stopped' | 'crashed';

export interface Loop {
  readonly name: string;
  readonly now: 'down' | 'starting' | 'running';
  readonly exit: ExitStatus | null;
  /** When it starts again, ms since the epoch, if that is known. */
  readonly again: number | null;
  readonly starts: number;
  readonly crashes: number;
  readonly cells: readonly Cell[];
  /** What happened since the last cell. */
  readonly mark: Cell | null;
}

export interface Group {
  readonly strategy: Strategy;
  readonly meaning: string;
  readonly loops: readonly Loop[];
  readonly gaveUp: number;
}

export interface State {
  readonly seconds: number;
  readonly since: number;
  readonly now: number;
  readonly groups: readonly Group[];
  readonly stop: Stop | null;
  /** The loop that keys are about; null if nobody can type. */
  readonly selected: { readonly strategy: string; readonly loop: string } | null;
  /** What happened last. */
  readonly latest: AppEvent | null;
}

/** So many cells are kept. */
const LONGEST = 200;

export const initialState = (seconds: number, selected: State['selected'] = null): State => ({
  seconds,
  since: 0,
  now: 0,
  stop: null,
  selected,
  latest: null,
  groups: GROUPS.map(group => ({ ...group, gaveUp: 0, loops: LOOPS.map(initialLoop) })),
});

const initialLoop = (name: string): Loop => ({
  name,
  now: 'down',
  exit: null,
  again: null,
  starts: 0,
  crashes: 0,
  cells: [],
  mark: null,
});

export function reduce(state: State, { value: event, timestamp: now }: Timestamp<AppEvent>): State {
  const groups = state.groups.map(group => reduceGroup(group, event, now));
  const stop = event.type === 'stop' ? event.stop : state.stop;
  const selected = event.type === 'select' ? { strategy: event.strategy, loop: event.loop } : state.selected;
  return { ...state, since: state.since || now, now, groups, stop, selected, latest: event };
}

function reduceGroup(group: Group, event: AppEvent, now: number): Group {
  if ('strategy' in event && event.strategy !== group.strategy) return group;
  const gaveUp = group.gaveUp + (event.type === 'gave-up' ? 1 : 0);
  return { ...group, gaveUp, loops: group.loops.map(loop => reduceLoop(loop, event, now)) };
}

function reduceLoop(loop: Loop, event: AppEvent, now: number): Loop {
  // Without the name of a loop, it is about all of a group.
  if ('loop' in event && event.loop !== '' && event.loop !== loop.name) return loop;
  switch (event.type) {
    case 'started':
      // While a loop is replaced, the old one runs until the new one is ready.
      return { ...loop, now: loop.now === 'running' ? 'running' : 'starting', again: null, starts: loop.starts + 1 };
    case 'ready':
      return { ...loop, now: 'running', exit: null };
    case 'exited': {
      const crashed = event.exit.reason !== 'stopped' && event.exit.reason !== 'completed';
      const mark = crashed ? 'crashed' : 'stopped';
      return { ...loop, now: 'down', exit: event.exit, mark, crashes: loop.crashes + (crashed ? 1 : 0) };
    }
    case 'restarting':
      return { ...loop, again: now + event.delay };
    case 'stop':
    case 'gave-up':
      return { ...loop, again: null };
    case 'select':
    case 'replaced':
    case 'restart':
    case 'kill':
      return loop;
    case 'tick':
      return { ...loop, cells: [...loop.cells, loop.mark ?? loop.now].slice(-LONGEST), mark: null };
    default:
      return event satisfies never;
  }
}

/** Of all loops together. */
export function totals({ groups }: State): { starts: number; crashes: number; alive: number } {
  const loops = groups.flatMap(group => group.loops);
  const sum = (count: (loop: Loop) => number) => loops.reduce((total, loop) => total + count(loop), 0);
  return {
    starts: sum(({ starts }) => starts),
    crashes: sum(({ crashes }) => crashes),
    alive: sum(({ now }) => (now === 'down' ? 0 : 1)),
  };
}
