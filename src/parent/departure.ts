/** Parent side: what an instance is still owed when this process ends. */
import { filter, firstValueFrom, merge, type Observable, switchMap, take, timer } from 'rxjs';
import { ofType } from '../operators/of-type';
import { whenExited } from '../operators/when-exited';
import type { Flags } from './check-class';
import type { Ending } from './ending';
import type { Leaving } from './join';
import type { Journal } from './journal';
import type { Outbox } from './outbox';
import type { SpawnedChild } from './spawn-child';

/** ms after `ready` in which a WAIT_FOR_CHILD child may enter `run`, so that a busy `run` stays killable. */
const ENTRY_TIME = 250;

export interface DepartureConfig {
  kind: 'once' | 'loop';
  flags: Flags;
  journal: Journal;
  outbox: Outbox;
  ending: Ending;
}

export class Departure {
  readonly #config: DepartureConfig;

  constructor(config: DepartureConfig) {
    this.#config = config;
  }

  /** Resolves when a shutdown takes no work away that WAIT_FOR_CHILD promised. */
  async entered(): Promise<void> {
    const { kind, flags } = this.#config;
    // A loop gets its begin and end in any case.
    if (flags.WAIT_FOR_CHILD && kind === 'once') await firstValueFrom(this.entry());
  }

  /** How the blocking join ends the child, in `grace` ms at the most. */
  leaving(child: SpawnedChild, grace: number): Leaving {
    const { kind, flags, journal, outbox, ending } = this.#config;
    const { WAIT_FOR_CHILD, TERMINATE_ON_SHUTDOWN, READY_TIMEOUT, SHUTDOWN_GRACE } = flags;
    outbox.final();
    // A loop may be asked at once: begin and end are certain.
    const mustEnter = WAIT_FOR_CHILD && kind === 'once' && !journal.facts.entered;
    const ask = () => {
      ending.ask();
      // No event tells any more that it is up, but it has entered, or had its time.
      if (mustEnter) ending.signal();
    };
    return {
      child,
      ask: TERMINATE_ON_SHUTDOWN ? ask : undefined,
      grace: Math.min(grace, SHUTDOWN_GRACE),
      entryTime: mustEnter ? READY_TIMEOUT : 0,
    };
  }

  /** Emits once `run` is entered, or has had its time for it, or the child has ended. */
  entry(): Observable<unknown> {
    const { lifecycle$, milestone$ } = this.#config.journal;
    const late$ = lifecycle$.pipe(
      ofType('ready'),
      switchMap(() => timer(ENTRY_TIME)),
    );
    const entered$ = milestone$.pipe(filter(milestone => milestone === 'entered'));
    return merge(entered$, late$, lifecycle$.pipe(whenExited())).pipe(take(1));
  }
}
