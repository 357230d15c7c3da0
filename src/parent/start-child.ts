/** Parent side: makes the process of one instance and hands it its work. */
import { type Observer, Subject } from 'rxjs';
import { StartError } from '../errors';
import type { StartOrder } from '../protocol/to-child';
import { safeText } from '../safely';
import { childHalf } from '../side';
import type { AnySubprocess, ForkOptions } from '../types';
import type { Flags } from './check-class';
import type { Hold } from './hold';
import type { Journal } from './journal';
import { lines } from './lines';
import { tsNode } from './loaders';
import { entryScript, locateClass } from './locate-class';
import { observeChild } from './observe-child';
import type { Outbox } from './outbox';
import { Bundled, type SpawnedChild, spawnChild } from './spawn-child';

export interface Work {
  instance: AnySubprocess;
  kind: 'once' | 'loop';
  flags: Flags;
  /** The snapshot, serialised. */
  state: Uint8Array;
  /** Fields that stay out of it. */
  own: string[];
}

export interface Ears {
  journal: Journal;
  outbox: Outbox;
  hold: Hold;
  stdout: Observer<string>;
  stderr: Observer<string>;
  /** Takes charge of the process, before anybody hears of it. */
  own(child: SpawnedChild): void;
}

/** Whatever comes of it is told to the journal. */
export function startChild(work: Work, ears: Ears): void {
  const { instance, flags } = work;
  const { journal } = ears;
  journal.add({ type: 'starting' });
  // A subscriber may have shut it down.
  if (journal.facts.exited) return;
  const options = forkOptionsOf(instance);
  if ('refused' in options) return refuse(journal, 'spawn', options.refused, options.cause);
  const child = spawnChild(options, flags.STDIO);
  if ('refused' in child) {
    child.refused.then(error => refuse(journal, error instanceof Bundled ? 'locate' : 'spawn', error.message, error));
    return;
  }
  ears.own(child);
  journal.add({ type: 'spawned', pid: child.pid });
  listen(child, ears);
  order(work, child, ears);
}

function forkOptionsOf(instance: AnySubprocess): ForkOptions | { refused: string; cause?: unknown } {
  try {
    const options: unknown = instance.forkOptions();
    if (typeof options === 'object' && options !== null && !('then' in options)) return options;
    return { refused: 'forkOptions() must return an object of options, not a promise: prepare them in init()' };
  } catch (cause) {
    return { refused: `forkOptions() threw: ${safeText(cause)}`, cause };
  }
}

function refuse(journal: Journal, phase: 'spawn' | 'locate', why: string, cause: unknown): void {
  const { subprocess } = journal.facts;
  const error = new StartError(phase, `${subprocess}: no process could be made: ${why}`, { subprocess, cause });
  journal.add({ type: 'fault', error });
  journal.add({ type: 'end', code: null, signal: null });
}

function listen(child: SpawnedChild, { journal, outbox, hold, stdout, stderr }: Ears): void {
  const { stdout: out, stderr: err } = child.process;
  const handles = [child.process, child.channel, out, err] as Parameters<Hold['attach']>[0];
  hold.attach(handles.filter(handle => handle !== null));
  const ended$ = new Subject<void>();
  if (out) lines(out, ended$).subscribe(line => stdout.next(line));
  if (err) {
    lines(err, ended$).subscribe(line => {
      journal.add({ type: 'stderr', line });
      stderr.next(line);
    });
  }
  observeChild(child).subscribe({
    next(observed) {
      if (observed.type === 'report' && observed.report.type === 'received') outbox.received(observed.report.count);
      // Lines without an end are told before the end.
      if (observed.type === 'end') ended$.next();
      journal.add(observed);
    },
    complete() {
      hold.detach();
      // Somebody else may still hold the other end.
      for (const pipe of [child.channel, out, err]) pipe?.destroy();
    },
  });
}

/** The class is located while the child boots. */
function order({ instance, kind, flags, state, own }: Work, child: SpawnedChild, { journal, outbox }: Ears): void {
  const { subprocess } = journal.facts;
  const { pid } = child;
  try {
    const { module, load, target, shown } = locateClass(instance.constructor);
    journal.add({ type: 'located', shown });
    const typescript = tsNode();
    const above = childHalf();
    const first: StartOrder = {
      type: 'start',
      kind,
      module,
      load,
      target,
      state,
      own,
      entry: above ? above.entry : entryScript(),
      depth: (above?.depth ?? 0) + 1,
      grace: flags.SHUTDOWN_GRACE,
      terminate: flags.TERMINATE_ON_SHUTDOWN,
      ...(kind === 'loop' ? { defaultSleep: flags.DEFAULT_SLEEP } : {}),
      ...(typescript ? { tsNode: typescript } : {}),
    };
    outbox.open(child.send, first);
  } catch (cause) {
    const message = `${subprocess}: its module was not found: ${(cause as Error).message}`;
    journal.add({ type: 'fault', error: new StartError('locate', message, { subprocess, pid, cause }) });
  }
}
