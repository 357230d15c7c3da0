/** Child side: gives a worker what its pool has set before `begin`: its index and the value of `share`. */
import { queueMicrotask } from '../../util/timers';
import { SHARE, setShared } from '../shared-value';
import type { AnySubprocessWorker, WorkerInput } from '../subprocess-worker';
import type { PoolCommand } from '../wire/messages';
import { openShare, type ShareToken } from '../wire/share-file';
import type { Emit } from './answers';

type Commands = WorkerInput['command$'];

/** Resolves when all is set. Takes at most a turn, unless the value has to come as a message. */
export async function receiveShare(worker: AnySubprocessWorker, command$: Commands, emit: Emit): Promise<void> {
  if (!Object.hasOwn(worker, 'index')) {
    const { index, share } = await next(command$, 'welcome');
    Object.assign(worker, { index, ...(share && { [SHARE]: share }) });
  }
  const fields = worker as unknown as Record<string, ShareToken | undefined>;
  const token = fields[SHARE];
  delete fields[SHARE];
  if (!token) return setShared(worker, undefined);
  const opened = openShare(token);
  if (opened) return setShared(worker, opened.value);
  void emit({ type: 'needs-share' });
  setShared(worker, (await next(command$, 'share')).value);
}

/** The next command, which is of this type: the pool sends no other before the worker is ready. */
function next<Type extends PoolCommand['type']>(
  command$: Commands,
  type: Type,
): Promise<Extract<PoolCommand, { type: Type }>> {
  return new Promise(resolve => {
    let subscription: { unsubscribe(): void } | undefined;
    subscription = command$.subscribe(command => {
      if (command.type === type) resolve(command as Extract<PoolCommand, { type: Type }>);
      // A command that is delivered within subscribe() comes before there is a subscription.
      queueMicrotask(() => subscription?.unsubscribe());
    });
  });
}
