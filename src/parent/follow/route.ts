/** Parent side: routes each report of a child to the outbox, the journal or the receive window. */
import { type Observer, Subject } from 'rxjs';
import type { Report } from '../../protocol/to-parent';
import type { Connection } from '../process/connection';
import { lines } from '../process/lines';
import type { Observed, OnObserved } from '../process/observe-child';
import type { SpawnedChild } from '../spawn/spawn-child';
import type { Journal } from './journal';

export interface Sinks {
  connection: Connection;
  journal: Journal;
  /** Get the lines of stdout and stderr, if these are piped. */
  streams: { readonly stdoutLine$: Observer<string>; readonly stderrLine$: Observer<string> };
  /** User code in the child has begun or ceased to listen to SIGTERM. */
  onSigtermListener(listens: boolean): void;
}

/** Returns the callback that `observeChild` calls for `child`. Starts to read the child's stdout and stderr. */
export function route(child: SpawnedChild, sinks: Sinks): OnObserved {
  const { connection, journal, streams } = sinks;
  const { stdout, stderr } = child.process;
  const ended$ = stdout || stderr ? new Subject<void>() : undefined;
  if (stdout) lines(stdout, ended$).subscribe(line => streams.stdoutLine$.next(line));
  if (stderr) {
    lines(stderr, ended$).subscribe(line => {
      journal.add({ type: 'stderr', line });
      streams.stderrLine$.next(line);
    });
  }
  return (observed: Observed) => {
    if (observed.type === 'report') return routeReport(observed.report, child, sinks);
    // Emits the last line of an output that does not end with a newline, before 'exited'.
    if (observed.type === 'end') ended$?.next();
    journal.add(observed);
    if (observed.type === 'end') connection.release();
  };
}

function routeReport(report: Report, child: SpawnedChild, { connection, journal, onSigtermListener }: Sinks): void {
  const { outbox, receiveWindow } = connection;
  if (report.type === 'received') return outbox.received(report.count);
  outbox.renew();
  switch (report.type) {
    case 'messages':
      journal.add(report);
      return receiveWindow.received(report.values.length, child.reader.frameSize);
    case 'iteration':
    case 'alive':
      return journal.add(report);
    case 'where':
      return connection.onWhere(report);
    case 'tree':
    case 'output':
      return connection.onTreeAnswer(report);
    case 'sigterm':
      return onSigtermListener(report.listens);
    default:
      return journal.add({ type: 'report', report });
  }
}
