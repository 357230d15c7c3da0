/** A sacrificial parent: makes children, says their pids as JSON once they are at work, and ends in a way when it is told to. */
import { type AnySubprocess, isChild } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';
import { AsleepLoop, Busy, BusyStubborn, Deep, Finishing, Idle, Stubborn, WorkingLoop } from './tasks';

const [kinds = '', way = '', log = ''] = process.argv.slice(2);

const KINDS: Record<string, new (log: string) => AnySubprocess> = {
  idle: Idle,
  busy: Busy,
  stubborn: Stubborn,
  busyStubborn: BusyStubborn,
  asleep: AsleepLoop,
  working: WorkingLoop,
  finishing: Finishing,
  starting: Idle,
  deep: Deep,
};

const WAYS: Record<string, () => void> = {
  runsOut: () => process.stdin.destroy(),
  exits: () => process.exit(7),
  throws: () => {
    throw new Error('the parent’s own');
  },
  rejects: () => void Promise.reject(new Error('the parent’s own')),
  // A signal from outside.
  waits: () => {},
};

async function main(): Promise<void> {
  const tasks = kinds.split(',').map(kind => ({ kind, task: new (KINDS[kind] as (typeof KINDS)[string])(log) }));
  await Promise.all(
    tasks.map(({ kind, task }) =>
      kind === 'starting' ? new Promise(resolve => setImmediate(resolve)) : firstValueFrom(task.message$),
    ),
  );
  console.log(JSON.stringify(tasks.map(({ kind, task }) => ({ kind, pid: task.process?.pid }))));
  process.stdin.once('data', () => setImmediate(WAYS[way] as () => void));
}

if (!isChild) void main();
