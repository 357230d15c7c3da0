/** Parent side: what the tree of processes sees of one instance. */
import { platform } from '../../platform/platform';
import type { TaskView } from '../../watchable';
import type { ClassInfo } from '../flags';
import type { Connection } from '../process/connection';
import type { Journal } from './journal';
import type { Streams } from './streams';

export function taskView(
  { name, kind, flags }: ClassInfo,
  connection: Connection,
  journal: Journal,
  { stdoutLine$, stderrLine$ }: Streams,
): TaskView {
  return {
    name,
    isLoop: kind === 'loop',
    // As child/main sets it.
    title: flags.TITLE && platform.showsTitles ? `node ${name} (offspring-rx of ${process.pid})` : undefined,
    counts: journal.counts,
    follow(onEvent) {
      const subscription = journal.lifecycle$.subscribe(onEvent);
      return () => subscription.unsubscribe();
    },
    order: order => connection.outbox.pass(order),
    onTreeAnswer(onAnswer) {
      connection.onTreeAnswer = onAnswer;
    },
    stdio: flags.STDIO,
    onLine(onLine) {
      const subscription = stdoutLine$.subscribe(line => onLine(line, 'stdout'));
      subscription.add(stderrLine$.subscribe(line => onLine(line, 'stderr')));
      return () => subscription.unsubscribe();
    },
  };
}
