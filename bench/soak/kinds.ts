/** What may be expected of each kind of task. */
import type { AnySubprocess, ExitStatus } from 'offspring-rx';
import type { Plan } from './plan';
import * as tasks from './tasks';

export interface Kind {
  make: new (size: number, time: number) => AnySubprocess;
  /** How it ends if nobody interferes; 'never' if it goes on until it is stopped. */
  ends: ExitStatus['reason'] | 'never';
  /** How many messages there are when it completes. Default: none. */
  messages?(plan: Plan): number;
  /** What it returns. */
  result?(plan: Plan): unknown;
  /** How often it is chosen. */
  weight: number;
  loop?: true;
}

const size = ({ size }: Plan) => size;
const nothing = () => undefined;

export const KINDS = {
  returns: { make: tasks.Returns, ends: 'completed', result: size, weight: 6 },
  chatters: { make: tasks.Chatters, ends: 'completed', messages: size, result: size, weight: 6 },
  generates: { make: tasks.Generates, ends: 'completed', messages: size, result: size, weight: 4 },
  observes: { make: tasks.Observes, ends: 'completed', messages: size, result: nothing, weight: 3 },
  answers: { make: tasks.Answers, ends: 'completed', messages: size, result: size, weight: 5 },
  finishes: { make: tasks.Finishes, ends: 'completed', result: size, weight: 2 },
  explicit: { make: tasks.Explicit, ends: 'completed', result: size, weight: 2 },
  aborts: { make: tasks.Aborts, ends: 'never', weight: 2 },
  idles: { make: tasks.Idles, ends: 'never', weight: 4 },
  busy: { make: tasks.IsBusy, ends: 'never', weight: 0.5 },
  stubborn: { make: tasks.IsStubborn, ends: 'never', weight: 2 },
  throws: { make: tasks.Throws, ends: 'failed', weight: 3 },
  throwsInTimer: { make: tasks.ThrowsInTimer, ends: 'failed', weight: 2 },
  rejects: { make: tasks.Rejects, ends: 'failed', weight: 2 },
  exits: { make: tasks.Exits, ends: 'failed', weight: 3 },
  complains: { make: tasks.Complains, ends: 'failed', weight: 2 },
  dumps: { make: tasks.Dumps, ends: 'killed', weight: 2 },
  initThrows: { make: tasks.InitThrows, ends: 'not-started', weight: 1 },
  noProgram: { make: tasks.NoProgram, ends: 'not-started', weight: 1 },
  beats: { make: tasks.Beats, ends: 'completed', messages: size, result: nothing, weight: 4, loop: true },
  beatsSlowly: { make: tasks.BeatsSlowly, ends: 'completed', messages: size, result: nothing, weight: 3, loop: true },
  sleeps: { make: tasks.Sleeps, ends: 'never', weight: 4, loop: true },
  beatsAndThrows: { make: tasks.BeatsAndThrows, ends: 'failed', weight: 2, loop: true },
  nests: { make: tasks.Nests, ends: 'completed', result: ({ size }) => 1 + (size % 3), weight: 2 },
  nestsAndExits: { make: tasks.NestsAndExits, ends: 'failed', weight: 1 },
} satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

export const kindOf = (name: KindName): Kind => KINDS[name];
