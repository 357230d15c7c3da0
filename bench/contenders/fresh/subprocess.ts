/** offspring-rx: `emit()`, heard by `message$`. */
import type { FreshKind } from './fresh';
import { Sending } from './subprocess-tasks';

export const subprocess: FreshKind = {
  name: 'Subprocess',
  run(count, onMessage) {
    const task = new Sending(count);
    task.message$.subscribe(onMessage);
    return task.wait();
  },
};
