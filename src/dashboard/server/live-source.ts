/** Parent side: what runs in this process, and in its processes, as a source. */
import { from, mergeMap, Observable } from 'rxjs';
import { type AnySubprocess, Subprocess } from '../../index';
import { restartNode, shutdownNode, taskOf, usageOf } from '../../observe/control';
import { processTree$ } from '../../observe/index';
import { dateNow } from '../../util/timers';
import { type TaskView, watchableOf } from '../../watchable';
import { INTERVAL, type OutputFrom } from '../wire/frames';
import type { Output, RawLine, Source } from './source';

export const liveSource = (): Source => ({
  nodes$: processTree$({ interval: INTERVAL }),
  usage$: pid => usageOf(pid),
  output$: newTasks().pipe(mergeMap(tasks => from(tasks.flatMap(outputOf)))),
  outputKey: taskOf,
  control: (id, action) => (action === 'restart' ? restartNode(id) : shutdownNode(id)),
});

/** Emits the tasks of this process that are new, in a microtask after their construction: before they can write. */
const newTasks = (): Observable<AnySubprocess[]> =>
  new Observable(subscriber => {
    const known = new WeakSet<AnySubprocess>();
    return Subprocess.instances$.subscribe(tasks => {
      const added = tasks.filter(task => !known.has(task));
      for (const task of added) known.add(task);
      if (added.length > 0) subscriber.next(added);
    });
  });

function outputOf(task: AnySubprocess): Output[] {
  const view = watchableOf(task)?.view;
  return view ? [{ key: task, from: fromOf(view), line$: linesOf(view) }] : [];
}

const fromOf = ({ stdio }: TaskView): OutputFrom => (typeof stdio === 'object' ? 'prefix' : stdio);

/** Completes when the process has ended, and all of its lines have come. Else the dashboard would keep each task in memory. */
const linesOf = (view: TaskView): Observable<RawLine> =>
  new Observable(subscriber => {
    subscriber.add(view.onLine((line, stream) => subscriber.next({ stream, line, at: dateNow() })));
    subscriber.add(
      view.follow(({ type }) => {
        if (type === 'exited') subscriber.complete();
      }),
    );
  });
