/** Parent side: runs the branch at the top, which is a whole tree of supervisors. */
import { finalize, merge, type Observable, ReplaySubject } from 'rxjs';
import { TaskOwner } from '../owners';
import type { Branch, Controls, Signal } from './branch';
import { SupervisorGroup } from './supervisor-group';

/**
 * At the end of this process, and at `shutdownAll()`, the owner is retired: nothing is started from then on, and the
 * tasks are ended from there, in their order.
 */
export class Tree {
  readonly #name: string;
  readonly #stop$ = new ReplaySubject<void>(1);
  readonly #retired$ = new ReplaySubject<void>(1);
  readonly #owner = new TaskOwner(() => this.#retired$.next());
  /** Emits when the stop begins: after it nothing is started. */
  readonly stopping$: Observable<void> = merge(this.#stop$, this.#retired$);

  /** `name`: that of the supervisor in the tree of processes. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Never unsubscribe. Call it once. */
  run(branch: Branch, controls?: Controls): Observable<Signal> {
    const group = new SupervisorGroup({ name: this.#name, actions: { stop: () => this.stop() } });
    const context = { began$: this.stopping$, turn$: this.#stop$, owner: this.#owner, path: [], group };
    return branch({ ...context, ...(controls && { controls }) }).pipe(finalize(() => this.#owner.release()));
  }

  /** Asks all to stop, in their order. */
  stop(): void {
    this.#stop$.next();
  }
}
