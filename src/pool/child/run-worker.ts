/** Child side: runs a worker: its `begin`, its `work` for each item that the pool sends, and its `end`. */
import { queueMicrotask, setImmediate } from '../../util/timers';
import type { AnySubprocessWorker, WorkerInput } from '../subprocess-worker';
import type { OpenMemoryCommand } from '../wire/messages';
import { Answers, type Emit } from './answers';
import { Claims } from './claims';
import { WorkLoop } from './work-loop';

/** Sets what the worker's snapshot lacks. */
async function welcome(worker: AnySubprocessWorker, command$: WorkerInput['command$']): Promise<void> {
  const index = await new Promise<number>(resolve => {
    const subscription = command$.subscribe(command => {
      if (command.type === 'welcome') resolve(command.index);
      // A command that is delivered within subscribe() comes before there is a subscription.
      queueMicrotask(() => subscription.unsubscribe());
    });
  });
  Object.assign(worker, { index });
}

/**
 * Resolves when the worker was asked to stop and has run `end`. Rejects with what `begin` or `end` threw. `ownsProcess`:
 * whether the process is that of the worker, and not that of a test.
 */
export async function runWorker(worker: AnySubprocessWorker, emit: Emit, ownsProcess: boolean): Promise<void> {
  const { signal, command$ } = worker as unknown as WorkerInput;
  if (!Object.hasOwn(worker, 'index')) await welcome(worker, command$);
  await worker.begin();
  const answers = new Answers(emit);
  const claims = new Claims();
  const loop = new WorkLoop(worker, answers, claims, emit);
  const openMemory = (command: OpenMemoryCommand) => {
    const { OutputMemory } = require('./output-memory') as typeof import('./output-memory');
    // Files that a worker opens are closed as its process ends.
    answers.memory = ownsProcess ? OutputMemory.open(command) : undefined;
    void emit({ type: 'memory-opened', isOpen: answers.memory !== undefined });
  };
  command$.subscribe(command => {
    if (command.type === 'open-memory') openMemory(command);
    else if (command.type === 'open-claims') {
      if (ownsProcess) claims.open(command.file);
    } else if (command.type !== 'welcome') loop.onCommand(command);
  });
  // If an item calls process.exit(), the items that were done before it are still answered.
  if (ownsProcess) process.once('exit', () => answers.flush());
  void emit({ type: 'ready' });
  await loop.workUntil(signal);
  void answers.flush();
  void emit({ type: 'stopped' });
  // The messages leave before end() runs, since it may exit the process.
  await new Promise(resolve => setImmediate(resolve));
  await worker.end();
}
