/** Parent side: gives one instance its process and hands it its work. */
import { filter, type Observer, Subject, take } from 'rxjs';
import { StartError } from '../errors';
import type { Encoded } from '../protocol/frames';
import type { Order, StartOrder } from '../protocol/to-child';
import { safeText } from '../safely';
import type { AnySubprocess, ForkOptions } from '../types';
import type { Flags } from './check-class';
import type { Hold } from './hold';
import type { Intake } from './intake';
import type { Journal } from './journal';
import { lines } from './lines';
import { observeChild, type Tell } from './observe-child';
import type { Outbox } from './outbox';
import { primeOrder } from './prime-order';
import { findSpare, refillSpares, type Wanted } from './spares';
import { Bundled, closePipes, handlesOf, planSpawn, type SpawnedChild, spawnChild } from './spawn-child';

export interface Work {
  instance: AnySubprocess;
  kind: 'once' | 'loop';
  flags: Flags;
  /** The snapshot, serialised. */
  state: Encoded;
  /** Fields that stay out of it. */
  own: string[];
}

export interface Ears {
  journal: Journal;
  outbox: Outbox;
  intake: Intake;
  hold: Hold;
  stdout: Observer<string>;
  stderr: Observer<string>;
  /** Takes charge of the process, before anybody hears of it. */
  own(child: SpawnedChild): void;
}

/** Whatever comes of it is told to the journal. */
export function startChild(work: Work, ears: Ears): void {
  const { instance, kind, flags } = work;
  const { journal } = ears;
  journal.add({ type: 'starting' });
  // A subscriber may have shut it down.
  if (journal.facts.exited) return;
  const wanted = want(instance, kind, flags);
  if ('refused' in wanted) return refuse(journal, wanted.phase, wanted.refused, wanted.cause);
  const spare = findSpare(wanted);
  const child = spare?.child ?? spawnChild(wanted.plan);
  if ('refused' in child) {
    child.refused.then(error => refuse(journal, 'spawn', error.message, error));
    return;
  }
  ears.own(child);
  const tell = listener(child, ears);
  if (spare) spare.take(tell);
  else observeChild(child, tell);
  // Before anybody hears of it, who might end this process there and then.
  const orders = spare
    ? { shown: spare.shown, first: [startOrder(work)] }
    : primed(work, child, journal.facts.subprocess);
  if ('first' in orders) {
    journal.add({ type: 'located', shown: orders.shown });
    ears.outbox.open(child.send, orders.first);
  }
  journal.add({ type: 'spawned', pid: child.pid });
  if ('error' in orders) journal.add({ type: 'fault', error: orders.error });
  refillLater(wanted, journal);
}

type Refused = { phase: 'spawn' | 'locate'; refused: string; cause?: unknown };

function want(instance: AnySubprocess, kind: 'once' | 'loop', flags: Flags): Wanted | Refused {
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
    return { type: instance.constructor, kind, flags, plan: planSpawn(kind, options, flags.STDIO) };
  } catch (cause) {
    return { phase: cause instanceof Bundled ? 'locate' : 'spawn', refused: safeText((cause as Error).message), cause };
  }
}

function refuse(journal: Journal, phase: 'spawn' | 'locate', why: string, cause: unknown): void {
  const { subprocess } = journal.facts;
  const error = new StartError(phase, `${subprocess}: no process could be made: ${why}`, { subprocess, cause });
  journal.add({ type: 'fault', error });
  journal.add({ type: 'end', code: null, signal: null });
}

/** Passes on what is seen of the process, and lets go of it at its end. */
function listener(child: SpawnedChild, ears: Ears): Tell {
  const { journal, outbox, intake, hold, stdout, stderr } = ears;
  const { stdout: out, stderr: err } = child.process;
  hold.attach(handlesOf(child));
  const ended$ = new Subject<void>();
  if (out) lines(out, ended$).subscribe(line => stdout.next(line));
  if (err) {
    lines(err, ended$).subscribe(line => {
      journal.add({ type: 'stderr', line });
      stderr.next(line);
    });
  }
  return observed => {
    const report = observed.type === 'report' ? observed.report : undefined;
    if (report?.type === 'received') return outbox.received(report.count);
    if (report) outbox.renew();
    // Lines without an end are told before the end.
    if (observed.type === 'end') ended$.next();
    journal.add(observed);
    if (report?.type === 'messages') intake.came(report.values.length, child.reader.frameSize);
    if (observed.type !== 'end') return;
    hold.detach();
    closePipes(child);
  };
}

function startOrder({ kind, flags, state, own }: Work): StartOrder {
  return {
    type: 'start',
    state,
    own,
    grace: flags.SHUTDOWN_GRACE,
    terminate: flags.TERMINATE_ON_SHUTDOWN,
    defaultSleep: kind === 'loop' ? flags.DEFAULT_SLEEP : 0,
  };
}

/** The first orders of a new child, whose class is located while it boots; or the error where it is not found. */
function primed(
  work: Work,
  child: SpawnedChild,
  subprocess: string,
): { shown: string; first: Order[] } | { error: StartError } {
  const { instance, kind } = work;
  try {
    const { prime, shown } = primeOrder(instance.constructor, kind);
    return { shown, first: [prime, startOrder(work)] };
  } catch (cause) {
    const message = `${subprocess}: its module was not found: ${(cause as Error).message}`;
    return { error: new StartError('locate', message, { subprocess, pid: child.pid, cause }) };
  }
}

/** A class that does not start has no use for spares, nor has one that is being stopped. */
function refillLater(wanted: Wanted, { lifecycle$ }: Journal): void {
  lifecycle$
    .pipe(
      filter(({ type }) => type === 'ready' || type === 'stopping'),
      take(1),
      filter(({ type }) => type === 'ready'),
    )
    .subscribe(() => refillSpares(wanted));
}
