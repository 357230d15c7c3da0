/** Parent side: what an instance is still owed when this process ends. */

import { firstValueFrom } from 'rxjs';
import type { Kind } from '../../model/kind';
import type { Flags } from '../flags';
import type { Journal } from '../follow/journal';
import type { Outbox } from '../process/outbox';
import type { SpawnedChild } from '../process/spawn-child';
import type { Ending } from './ending';
import type { Joinable } from './join';
import { ENTER_LIMIT, whenEntered } from './when-entered';

export interface ParentExitConfig {
  kind: Kind;
  flags: Flags;
  journal: Journal;
  outbox: Outbox;
  ending: Ending;
}

export class ParentExit {
  readonly #config: ParentExitConfig;

  constructor(config: ParentExitConfig) {
    this.#config = config;
  }

  /** Resolves when a shutdown takes no work away that WAIT_FOR_CHILD promised. */
  async entered(): Promise<void> {
    const { kind, flags, journal } = this.#config;
    // A loop gets its begin and end in any case.
    if (flags.WAIT_FOR_CHILD && kind === 'once') await firstValueFrom(whenEntered(journal));
  }

  /** How the blocking join ends the child. */
  joinable(child: SpawnedChild): Joinable {
    const { kind, flags, journal, outbox, ending } = this.#config;
    const { WAIT_FOR_CHILD, TERMINATE_ON_SHUTDOWN, READY_TIMEOUT, SHUTDOWN_GRACE } = flags;
    outbox.final();
    // A loop may be asked at once: begin and end are certain.
    const mustEnter = WAIT_FOR_CHILD && kind === 'once' && !journal.facts.entered;
    const ask = () => {
      ending.ask();
      // No event tells any more that it has entered; it has, or had its time.
      if (kind === 'once') ending.signal();
    };
    return {
      child,
      ask: TERMINATE_ON_SHUTDOWN ? ask : undefined,
      grace: Math.min(ending.grace, SHUTDOWN_GRACE),
      enterLimit: !mustEnter ? 0 : journal.facts.ready ? ENTER_LIMIT : READY_TIMEOUT,
    };
  }
}
