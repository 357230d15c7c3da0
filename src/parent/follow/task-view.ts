/** Parent side: what the tree of processes sees of one instance. */
import { platform } from '../../platform/platform';
import type { TaskView } from '../../watchable';
import type { ClassInfo } from '../flags';
import type { Connection } from '../process/connection';
import type { Journal } from './journal';

export function taskView({ name, kind, flags }: ClassInfo, connection: Connection, journal: Journal): TaskView {
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
    onTree(onReport) {
      connection.onTree = onReport;
    },
  };
}
