/** Watches a supervisor: its events as text, and the tasks that it has started. */
import type { AnySubprocess } from 'offspring-rx';
import type { Failure, Place, SupervisorEvent } from 'offspring-rx/supervise';
import { firstValueFrom, type Observable } from 'rxjs';
import { poll } from '../support/poll';

type AnyEvent = SupervisorEvent & Partial<Place>;

export interface Watched {
  /** One line for each event: `a started 1`, `b/x exited 2 failed`, `a restarting 2`, `a gave-up 4`. */
  events: string[];
  /** The latest task of a child. */
  task<T extends AnySubprocess>(path?: string): T;
  /** Resolves when an event was emitted for the `count`th time. */
  until(line: string, count?: number): Promise<unknown>;
  /** Resolves when the latest task of each child is ready. */
  ready(...paths: string[]): Promise<unknown>;
  /** Resolves when the stream has completed (with undefined) or errored. */
  ended(): Promise<{ error: (Error & { history: Failure[] }) | undefined }>;
  readonly isOver: boolean;
  unsubscribe(): void;
}

export function textOf(event: AnyEvent): string {
  const path = event.path?.join('/');
  const words = path === undefined ? [event.type] : [path, event.type];
  if (event.type === 'gave-up') return [...words, event.history.length].join(' ');
  if (event.type === 'exited') return [...words, event.attempt, event.exit.reason].join(' ');
  return [...words, event.attempt].join(' ');
}

const allWatched: Watched[] = [];

/** Subscribes until the end of the test. */
export function watch(event$: Observable<AnyEvent>): Watched {
  const events: string[] = [];
  const tasks = new Map<string, AnySubprocess>();
  let end: { error: (Error & { history: Failure[] }) | undefined } | undefined;
  const subscription = event$.subscribe({
    next(event) {
      events.push(textOf(event));
      if (event.type === 'started') tasks.set(event.path?.join('/') ?? '', event.task);
    },
    error(error) {
      end = { error };
    },
    complete() {
      end = { error: undefined };
    },
  });
  const watched: Watched = {
    events,
    task: (path = '') => tasks.get(path) as never,
    until: (line, count = 1) =>
      poll(`'${line}' ${count} times`, () => events.filter(each => each === line).length >= count).catch(error => {
        throw new Error(`${error.message}; the events were:\n${events.join('\n')}`);
      }),
    ready: (...paths) =>
      Promise.all(
        paths.map(async path => {
          const task = await poll(`a task of ${path}`, () => tasks.get(path));
          await firstValueFrom(task.ready$);
        }),
      ),
    ended: () =>
      poll('the end of the stream', () => end).catch(error => {
        throw new Error(`${error.message}; the events were:\n${events.join('\n')}`);
      }),
    get isOver() {
      return end !== undefined;
    },
    unsubscribe: () => subscription.unsubscribe(),
  };
  allWatched.push(watched);
  return watched;
}

export const unsubscribeAll = () => {
  for (const each of allWatched.splice(0)) each.unsubscribe();
};
