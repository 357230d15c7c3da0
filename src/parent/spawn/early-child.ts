/**
 * Parent side: spawns the first process of a program before the rest of the parent half is loaded. That takes 30 ms, and
 * the child needs as long to boot.
 */
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import { type AnySubprocess, Subprocess } from '../../subprocess';
import { attempt } from '../../util/safely';
import { queueMicrotask } from '../../util/timers';
import { inheritedBy } from './inherited';
import { whyEndless } from './not-node';
import { closePipes, planUnchecked, type SpawnedChild, type SpawnPlan, spawnChild } from './spawn-child';

/** A process that no instance has yet. */
let waiting: { child: SpawnedChild; conditions: string } | undefined;

/**
 * Spawns the process that the instance will probably need. If its start, in the next microtask, needs another one or
 * none, the process is killed: it has loaded nothing of the user's.
 */
export function spawnEarly(instance: AnySubprocess): void {
  const flags = instance.constructor as typeof Subprocess;
  const hasOwnOptions = instance.forkOptions !== Subprocess.prototype.forkOptions;
  const isAsync = instance.init?.constructor !== Function;
  if (flags.EXPLICIT_START || hasOwnOptions || isAsync) {
    const why = flags.EXPLICIT_START
      ? 'EXPLICIT_START is set'
      : `it has its own ${isAsync ? 'async init' : 'forkOptions'}()`;
    if (isLogging) debugLog(flags.name, `its process is not spawned early, since ${why}`);
    return;
  }
  // The start finds the same errors, and reports them.
  const plan = attempt(() => planUnchecked({ kind: 'iteration$' in instance ? 'loop' : 'once', flags }, {}));
  const child = plan && spawnChild(plan);
  if (!child || 'refused' in child) return;
  if (isLogging) debugLog(flags.name, `process ${child.pid} is spawned early, while the library is loaded`);
  waiting = { child, conditions: conditionsOf(plan) };
  process.once('exit', dropEarly);
  // The microtask of the start is not queued yet, so it comes before the inner one of these.
  queueMicrotask(() => queueMicrotask(dropEarly));
  // Looked up while the child boots. It is dropped long before it could start another one.
  if (whyEndless() !== undefined) dropEarly();
}

/** The process that was spawned early, if it is as `plan` would make it now. */
export function takeEarly(plan: SpawnPlan): SpawnedChild | undefined {
  if (!waiting || waiting.conditions !== conditionsOf(plan)) return undefined;
  const { child } = waiting;
  if (isLogging) debugLog('early process', `${child.pid} is taken`);
  forget();
  return child;
}

function dropEarly(): void {
  if (!waiting) return;
  const { child } = waiting;
  if (isLogging) debugLog('early process', `${child.pid} is killed, since the start needs another one or none`);
  forget();
  child.kill('SIGKILL');
  child.process.unref();
  closePipes(child);
}

function forget(): void {
  waiting = undefined;
  process.off('exit', dropEarly);
}

const conditionsOf = (plan: SpawnPlan) => JSON.stringify(inheritedBy(plan));
