/** Child side: loads the module that defines the class, and finds the class. */
import { pathToFileURL } from 'node:url';
import type { ClassTarget, PrimeOrder } from '../../protocol/to-child';
import { now } from '../../util/clock';
import { boot } from '../booted';
import type { Awaited } from '../inert';
import { classAt, type TaskClass } from './task-class';

/** The module is loaded, and the class is not in it. */
export class NotFoundError extends Error {}

export interface Replayed {
  /** Whether code of the module waits for one of its own instances, which never ends here. */
  readonly awaited: Awaited;
  /** The classes of the instances that the module constructed at its top level. */
  constructed: ReadonlySet<TaskClass>;
}

/** The class to run. @throws NotFound, or what the module threw while it loaded */
export async function loadClass(order: PrimeOrder, replayed: Replayed): Promise<TaskClass> {
  if (order.tsNode) (require('./ts-node') as typeof import('./ts-node')).registerTsNode(order.tsNode);
  const { module, target } = order;
  const run = () => loadModule(order);
  if (target.exportKey !== undefined) return classAt(await run(), target.exportKey) ?? fail(notExported(module));
  const { catchClass } = require('./catch-class') as typeof import('./catch-class');
  const { loaded, caught } = catchClass(module, target.name, run);
  const held = () => [...caught, ...replayed.constructed];
  const unexported = () => findUnexported(target, held());
  const missing = (exported: TaskClass[], otherwise: NotFoundError) =>
    ambiguous(target, [...exported, ...held()]) ?? otherwise;
  const found = loaded.then(
    exported =>
      findExported(exported, target) ??
      unexported() ??
      fail(missing(search().exportedClasses(exported), notExported(module))),
  );
  const stuck = watchForStuck(unexported, () => missing([], unreached(replayed)), replayed);
  return Promise.race([found, stuck.found]).finally(stuck.stop);
}

async function loadModule({ module, load }: PrimeOrder): Promise<unknown> {
  if (load === 'import') return boot().importModule(module);
  try {
    return require(module);
  } catch (error) {
    // An ES module by its syntax alone, that awaits something at its top level.
    if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return boot().importModule(pathToFileURL(module).href);
  }
}

// What most children do without is loaded where it is needed, here and above: each file delays `run` by 0.2 ms.
const search = () => require('./find-class') as typeof import('./find-class');

function findExported(exported: unknown, target: ClassTarget): TaskClass | undefined {
  const likely = classAt(exported, target.name) ?? classAt(exported, 'default');
  if (likely?.name === target.name && likely === search().choose([likely], target)) return likely;
  return search().choose(search().exportedClasses(exported), target);
}

function findUnexported(target: ClassTarget, held: TaskClass[]): TaskClass | undefined {
  return search().choose(held, target) ?? search().choose(search().evaluated(), target);
}

function fail(error: NotFoundError): never {
  throw error;
}

const notExported = (module: string) =>
  new NotFoundError(`is not exported: export it from the top level of ${module}, so that the child can find it there`);

/** The error where there is more than one that it could be. */
function ambiguous(target: ClassTarget, held: TaskClass[]): NotFoundError | undefined {
  const { length } = search().alike([...held, ...search().evaluated()], target);
  if (length < 2) return undefined;
  return new NotFoundError(
    `is one of ${length} classes with this name and the same text, and the child cannot tell which is meant: write each as a class of its own, as in class A extends make() {}, and export it; or hand what differs to init()`,
  );
}

/** Turns of the event loop in which nothing else goes on. */
const IDLE_TURNS = 4;
/** The same where it is only known that somebody has subscribed; a turn takes 1 ms or more. */
const IDLE_TURNS_SUBSCRIBED = 40;
/** ms after which a script that awaits a task but still has timers or sockets is taken to wait for its task. */
const PATIENCE = 1_000;

/**
 * A script that awaits its task at its top level never finishes loading in the child. `found` resolves with the class
 * once the script is stuck there: somebody awaits an inert promise, and nothing else goes on. It never settles
 * otherwise.
 */
function watchForStuck(
  find: () => TaskClass | undefined,
  missing: () => NotFoundError,
  replayed: Replayed,
): { found: Promise<TaskClass>; stop(): void } {
  let timer: NodeJS.Timeout;
  let stopped = false;
  const found = new Promise<TaskClass>((resolve, reject) => {
    let idle = 0;
    let since: number | undefined;
    const look = () => {
      if (stopped) return;
      if (replayed.awaited === 'nothing') return again();
      since ??= now();
      idle = isBusy() ? 0 : idle + 1;
      const awaits = replayed.awaited === 'promise';
      const isIdle = idle > (awaits ? IDLE_TURNS : IDLE_TURNS_SUBSCRIBED);
      if (!isIdle && !(awaits && now() - since > PATIENCE)) return again();
      const type = find();
      if (type) resolve(type);
      else if (isIdle) reject(missing());
      else again();
    };
    // An immediate that is called is no longer among the active resources; a timer that is called still is.
    const again = () => {
      timer = setTimeout(() => setImmediate(look), 1);
    };
    again();
  });
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
  };
  return { found, stop };
}

function unreached({ constructed }: Replayed): NotFoundError {
  const names = [...constructed].map(({ name }) => name).join(', ');
  return new NotFoundError(
    `was not reached: its module waits at its top level for ${names}, which never ends in a child; move the class to a module of its own, or guard the wait with isChild`,
  );
}

/** Those that may stay open for ever without anything to come of them, our own channel among them. */
const PASSIVE = /^(PipeWrap|TTYWrap|TCPServerWrap|PipeServerWrap|SignalWrap|FSEventWrap|StatWatcher|UDPWrap)$/;

function isBusy(): boolean {
  return process.getActiveResourcesInfo().some(resource => !PASSIVE.test(resource));
}
