/** Host side: a job of BullMQ that a host works on. */
import type { HostJob } from './host-job';

export interface Active {
  caller: string;
  /** Puts the job back into the queue, for another host. Does so once. */
  giveBack(): Promise<unknown>;
  jobs: HostJob[];
  /** Why the items are dropped, once they are. */
  dropped: { reason: unknown } | undefined;
}
