/** Parent side: gives one instance its process and hands the process its work. */
import { filter, take } from 'rxjs';
import { StartError } from '../../model/errors';
import type { AnySubprocess, ForkOptions } from '../../model/types';
import type { Order, StartOrder } from '../../protocol/to-child';
import { safeText } from '../../util/safely';
import type { Ending } from '../end/ending';
import type { ClassInfo } from '../flags';
import type { Journal } from '../follow/journal';
import { route, type Sinks } from '../follow/route';
import { observeChild } from '../process/observe-child';
import { BundledError, planSpawn, type SpawnedChild, spawnChild } from '../process/spawn-child';
import type { Snapshot } from './preparation';
import { primeOrder } from './prime-order';
import { findSpare, refillSpares, type Wanted } from './spares';

export interface Work extends Snapshot {
  instance: AnySubprocess;
  info: ClassInfo;
}

/** Whatever comes of the start is added to the journal. */
export function startChild(work: Work, sinks: Sinks, ending: Ending): void {
  const { connection, journal } = sinks;
  journal.add({ type: 'starting' });
  // A subscriber to `starting` may have shut the instance down.
  if (journal.facts.exited) return;
  const wanted = want(work);
  if ('refused' in wanted) return refuse(journal, wanted.phase, wanted.refused, wanted.cause);
  const spare = findSpare(wanted);
  const child = spare?.child ?? spawnChild(wanted.plan);
  if ('refused' in child) {
    child.refused.then(error => refuse(journal, 'spawn', error.message, error));
    return;
  }
  connection.attach(child);
  ending.watch(child.pid);
  const onObserved = route(child, sinks);
  if (spare) spare.take(onObserved);
  else observeChild(child, onObserved);
  const orders = spare ? { shown: spare.shown, first: [startOrder(work)] } : firstOrders(work, child);
  // The orders leave before `spawned` is told, since a subscriber may end this process there and then.
  if ('first' in orders) {
    journal.add({ type: 'located', shown: orders.shown });
    connection.outbox.open(child.send, orders.first);
  }
  journal.add({ type: 'spawned', pid: child.pid });
  if ('error' in orders) journal.add({ type: 'fault', error: orders.error });
  refillOnceReady(wanted, journal);
}

type Refused = { phase: 'spawn' | 'locate'; refused: string; cause?: unknown };

/** The process that the work asks for, or why there can be none. */
function want({ instance, info }: Work): Wanted | Refused {
  let options: ForkOptions;
  try {
    options = instance.forkOptions();
  } catch (cause) {
    return { phase: 'spawn', refused: `forkOptions() threw: ${safeText(cause)}`, cause };
  }
  if (typeof options !== 'object' || options === null || 'then' in options) {
    const refused = 'forkOptions() must return an object of options, not a promise: prepare them in init()';
    return { phase: 'spawn', refused };
  }
  try {
    return { type: instance.constructor, info, plan: planSpawn(info.kind, options, info.flags.STDIO) };
  } catch (cause) {
    const phase = cause instanceof BundledError ? 'locate' : 'spawn';
    return { phase, refused: safeText((cause as Error).message), cause };
  }
}

function refuse(journal: Journal, phase: 'spawn' | 'locate', why: string, cause: unknown): void {
  const { subprocess } = journal.facts;
  const error = new StartError(phase, `${subprocess}: no process could be made: ${why}`, { subprocess, cause });
  journal.add({ type: 'fault', error });
  journal.add({ type: 'end', code: null, signal: null });
}

/** The first orders of a new child, or the error if its class was not found. The class is located while the child boots. */
function firstOrders(work: Work, child: SpawnedChild): { shown: string; first: Order[] } | { error: StartError } {
  const { instance, info } = work;
  const subprocess = info.name;
  try {
    const { prime, shown } = primeOrder(instance.constructor, info.kind);
    return { shown, first: [prime, startOrder(work)] };
  } catch (cause) {
    const message = `${subprocess}: its module was not found: ${(cause as Error).message}`;
    return { error: new StartError('locate', message, { subprocess, pid: child.pid, cause }) };
  }
}

function startOrder({ info: { kind, flags }, state, own }: Work): StartOrder {
  return {
    type: 'start',
    state,
    own,
    grace: flags.SHUTDOWN_GRACE,
    terminate: flags.TERMINATE_ON_SHUTDOWN,
    defaultSleep: kind === 'loop' ? flags.DEFAULT_SLEEP : 0,
  };
}

/** A class that cannot start needs no spares, nor does one that is being stopped. */
function refillOnceReady(wanted: Wanted, { lifecycle$ }: Journal): void {
  lifecycle$
    .pipe(
      filter(({ type }) => type === 'ready' || type === 'stopping'),
      take(1),
      filter(({ type }) => type === 'ready'),
    )
    .subscribe(() => refillSpares(wanted));
}
