/** Parent side: a supervisor, as it is shown in the tree of processes. */
import { type Actions, addGroup, type Group } from '../census';
import { dateNow } from '../util/timers';

/** How a supervisor appears in the tree of processes. */
type Appearance = Pick<Group, 'name' | 'key' | 'above' | 'actions'>;

export class SupervisorGroup implements Group {
  readonly kind = 'supervisor';
  readonly name: string;
  readonly key?: string;
  readonly above?: Group | undefined;
  readonly actions: Actions;
  readonly startedAt = dateNow();
  isStopping = false;
  restarts = 0;
  error: unknown;
  restartAt?: number | null;
  /** Called when it has ended. */
  readonly remove: () => void;

  constructor(appearance: Appearance) {
    this.name = appearance.name;
    this.actions = appearance.actions;
    if (appearance.key !== undefined) this.key = appearance.key;
    if (appearance.above) this.above = appearance.above;
    this.remove = addGroup(this);
  }
}
