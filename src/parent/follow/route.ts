/** Parent side: hands what is observed of a child to whoever it concerns. */
import { type Observer, Subject } from 'rxjs';
import type { Report } from '../../protocol/to-parent';
import type { Connection } from '../process/connection';
import { lines } from '../process/lines';
import type { Observed, OnObserved } from '../process/observe-child';
import type { SpawnedChild } from '../process/spawn-child';
import type { Journal } from './journal';

export interface Sinks {
  connection: Connection;
  journal: Journal;
  stdoutLine$: Observer<string>;
  stderrLine$: Observer<string>;
}

/** What `observeChild` calls for `child`, from now until the child's end. */
export function route(child: SpawnedChild, { connection, journal, stdoutLine$, stderrLine$ }: Sinks): OnObserved {
  const { stdout, stderr } = child.process;
  const ended$ = new Subject<void>();
  if (stdout) lines(stdout, ended$).subscribe(line => stdoutLine$.next(line));
  if (stderr) {
    lines(stderr, ended$).subscribe(line => {
      journal.add({ type: 'stderr', line });
      stderrLine$.next(line);
    });
  }
  return (observed: Observed) => {
    if (observed.type === 'report') return routeReport(observed.report, child, connection, journal);
    // A last line without a line end comes before the end.
    if (observed.type === 'end') ended$.next();
    journal.add(observed);
    if (observed.type === 'end') connection.release();
  };
}

function routeReport(report: Report, child: SpawnedChild, connection: Connection, journal: Journal): void {
  const { outbox, receiveWindow } = connection;
  if (report.type === 'received') return outbox.received(report.count);
  outbox.renew();
  if (report.type !== 'messages') return journal.add(report.type === 'iteration' ? report : { type: 'report', report });
  journal.add(report);
  receiveWindow.came(report.values.length, child.reader.frameSize);
}
