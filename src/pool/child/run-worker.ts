/** Child side: runs a worker: its `begin`, its `work` for each item that the pool sends, and its `end`. */
import { setImmediate } from '../../util/timers';
import { needsShare, setShared } from '../shared-value';
import type { AnySubprocessWorker, WorkerInput } from '../subprocess-worker';
import type { Emit } from './answers';
import { Lanes } from './lanes';

/**
 * Resolves when the worker was asked to stop and has run `end`. Rejects with what `begin` or `end` threw. `ownsProcess`:
 * whether the process is that of the worker, and not that of a test.
 */
export async function runWorker(worker: AnySubprocessWorker, emit: Emit, ownsProcess: boolean): Promise<void> {
  const { signal, command$ } = worker as unknown as WorkerInput;
  if (needsShare(worker)) {
    const { receiveShare } = require('./receive-share') as typeof import('./receive-share');
    await receiveShare(worker, command$, emit);
  } else setShared(worker, undefined);
  await worker.begin();
  const lanes = new Lanes({ worker, emit, ownsProcess, signal });
  command$.subscribe(command => lanes.onCommand(command));
  // If an item calls process.exit(), the items that were done before it are still answered.
  if (ownsProcess) process.once('exit', () => lanes.flush());
  void emit({ type: 'ready' });
  await lanes.workUntilStopped();
  lanes.flush();
  void emit({ type: 'stopped' });
  // The messages leave before end() runs, since it may exit the process.
  await new Promise(resolve => setImmediate(resolve));
  await worker.end();
}
