/** Parent side: starts one instance in a new process or in a spare. */
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import type { Carrier } from '../../diagnostics/tracer';
import { StartError } from '../../model/errors';
import type { ForkOptions } from '../../model/types';
import type { Order, StartOrder } from '../../protocol/to-child';
import type { AnySubprocess } from '../../subprocess';
import { safeText } from '../../util/safely';
import type { Ending } from '../end/ending';
import { areSparesWithheld } from '../end/registry';
import { whenEntered } from '../end/when-entered';
import type { ClassInfo } from '../flags';
import type { Announcer } from '../follow/announcer';
import type { Journal } from '../follow/journal';
import { route } from '../follow/route';
import type { Streams } from '../follow/streams';
import { checkForkOptions } from '../process/check-fork-options';
import type { Connection } from '../process/connection';
import { observeChild } from '../process/observe-child';
import { takeEarly } from '../spawn/early-child';
import {
  BundledError,
  planSpawn,
  type RefusedChild,
  type SpawnedChild,
  spawnChild,
  WATCH_DESCRIPTOR,
} from '../spawn/spawn-child';
import { findBlank, refillBlanks } from './blank-spares';
import { makePrimeOrder } from './make-prime-order';
import type { Snapshot } from './preparation';
import type { Spare } from './spare';
import { findSpare, refillSpares, type WantedProcess } from './spares';

/** What is started. */
export interface StartRequest extends Snapshot {
  instance: AnySubprocess;
  info: ClassInfo;
  /** Whether a watchdog may ask the child where it is busy. */
  isWatched: boolean;
}

/** The parts of the instance that have to do with its process. */
export interface StartParts {
  connection: Connection;
  journal: Journal;
  streams: Streams;
  ending: Ending;
  announcer: Announcer;
}

/** Adds all that happens to the journal, failures too. */
export function startChild(request: StartRequest, parts: StartParts): void {
  const { connection, journal, streams, ending, announcer } = parts;
  journal.add({ type: 'starting' });
  // A subscriber to `starting` may have shut the instance down.
  if (journal.facts.exited) return;
  const wanted = wantedProcess(request);
  if ('refused' in wanted) return failWithoutProcess(journal, wanted.phase, wanted.refused, wanted.cause);
  const { spare, child } = takeProcess(wanted);
  if (isLogging && spare) debugLog(request.info.name, `takes the spare process ${spare.child.pid}`);
  if ('refused' in child) {
    child.refused.then(error => failWithoutProcess(journal, 'spawn', error.message, error));
    return;
  }
  connection.attach(child);
  ending.watch(child, spare === undefined);
  const onSigtermListener = (listens: boolean) => ending.setListening(listens);
  const onObserved = route(child, { connection, journal, streams, onSigtermListener });
  if (spare) spare.take(onObserved);
  else observeChild(child, onObserved);
  const start = startOrder(request, announcer.carrier);
  const first =
    spare?.place === undefined ? firstOrders(request, child, start) : { place: spare.place, orders: [start] };
  // The orders are sent before the event `spawned`, since a subscriber may end this process when it gets the event.
  if ('orders' in first) {
    journal.add({ type: 'located', place: first.place });
    connection.outbox.open(child.send, first.orders);
  }
  journal.add({ type: 'spawned', pid: child.pid });
  if ('error' in first) journal.add({ type: 'fault', error: first.error });
  // Not if it fails to start, or is stopped before that.
  journal.whenFirst(['ready', 'stopping'], ({ type }) => {
    if (type !== 'ready') return;
    refillSpares(wanted);
    refillBlanks();
  });
  if (request.info.flags.WAIT_FOR_CHILD) whenEntered(journal, connection.keepAlive.acquire());
}

/** A process that is there already if one fits, or else a new one. */
function takeProcess(wanted: WantedProcess): { spare?: Spare; child: SpawnedChild | RefusedChild } {
  const ofClass = areSparesWithheld() ? undefined : findSpare(wanted);
  if (ofClass) return { spare: ofClass, child: ofClass.child };
  const early = takeEarly(wanted.plan);
  if (early) return { child: early };
  const forAny = areSparesWithheld() ? undefined : findBlank(wanted);
  return forAny ? { spare: forAny, child: forAny.child } : { child: spawnChild(wanted.plan) };
}

/** Why there is no process. */
type Refused = { phase: 'spawn' | 'locate'; refused: string; cause?: unknown };

function wantedProcess({ instance, info, isWatched }: StartRequest): WantedProcess | Refused {
  let options: ForkOptions;
  try {
    options = instance.forkOptions();
  } catch (cause) {
    return { phase: 'spawn', refused: `forkOptions() threw: ${safeText(cause)}`, cause };
  }
  if (typeof options !== 'object' || options === null || 'then' in options) {
    const isPromise = typeof options === 'object' && options !== null;
    const refused = isPromise
      ? 'forkOptions() must return an object of options, not a promise: prepare them in init()'
      : `forkOptions() returned ${safeText(options)}: it must return an object of options, as in { cwd: '/tmp' }`;
    return { phase: 'spawn', refused };
  }
  try {
    const plan = planSpawn(info, checkForkOptions(options, info.name), isWatched);
    return { type: instance.constructor, info, plan };
  } catch (cause) {
    const phase = cause instanceof BundledError ? 'locate' : 'spawn';
    return { phase, refused: safeText((cause as Error).message), cause };
  }
}

/** Ends the instance, which has no process. */
function failWithoutProcess(journal: Journal, phase: 'spawn' | 'locate', why: string, cause: unknown): void {
  const { subprocess } = journal.facts;
  const error = new StartError(phase, `${subprocess}: no process could be made: ${why}`, { subprocess, cause });
  journal.add({ type: 'fault', error });
  journal.add({ type: 'end', code: null, signal: null });
}

/**
 * The first orders of a new child, or the error if the module of its class was not found. The class is located while
 * the child boots.
 */
function firstOrders(
  { instance, info }: StartRequest,
  child: SpawnedChild,
  start: StartOrder,
): { place: string; orders: Order[] } | { error: StartError } {
  const subprocess = info.name;
  try {
    const { prime, place } = makePrimeOrder(instance.constructor, info);
    return { place, orders: [prime, start] };
  } catch (cause) {
    const message = `${subprocess}: its module was not found: ${(cause as Error).message}`;
    return { error: new StartError('locate', message, { subprocess, pid: child.pid, cause }) };
  }
}

function startOrder(
  { info: { kind, flags }, state, own, isWatched }: StartRequest,
  trace: Carrier | undefined,
): StartOrder {
  return {
    type: 'start',
    state,
    own,
    grace: flags.SHUTDOWN_GRACE,
    terminate: flags.TERMINATE_ON_SHUTDOWN,
    defaultSleep: kind === 'loop' ? flags.DEFAULT_SLEEP : 0,
    ...(isWatched && { watch: WATCH_DESCRIPTOR }),
    ...(trace && { trace }),
  };
}
