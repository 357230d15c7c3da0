/** Child side: starts a thread that tells the parent where this process is busy, if the parent asks. */
import path from 'node:path';
import { attempt } from '../util/safely';

export interface HangThreadData {
  /** The descriptor by which the parent asks. */
  descriptor: number;
}

/** Without the thread, the parent learns only that this process is busy. The permission model bars threads. */
export function start(descriptor: number): void {
  attempt(() => {
    const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
    const thread = path.join(__dirname, 'hang-thread-main.js');
    const workerData: HangThreadData = { descriptor };
    const worker = new Worker(thread, { workerData, execArgv: [], env: {} });
    worker.unref();
    worker.on('error', () => {});
  });
}
