/** Child side: tells the other threads of a child that they are in one. */
import { SHARED_STATE, type SharedState } from '../util/in-child';

/**
 * Gives `state` to every thread that is made from now on. Only a process with threads loads node:worker_threads, which
 * takes 1 ms and half a megabyte. If the work loads it later, its first thread is told nothing.
 */
export function shareWithThreads(state: SharedState): void {
  const share = () => {
    const { setEnvironmentData } = require('node:worker_threads') as typeof import('node:worker_threads');
    setEnvironmentData(SHARED_STATE, state as never);
  };
  const { moduleLoadList = [] } = process as { moduleLoadList?: string[] };
  if (moduleLoadList.includes('NativeModule worker_threads')) share();
  else process.once('worker', share);
}
