/** Child side: loads the module that defines the class, and finds the class. */
import { textOf } from '../classes/class-text';
import type { StartOrder } from '../protocol/to-child';
import type { Inert } from './inert';
import { classAt, type TaskClass } from './task-class';

/** The module is loaded, and the class is not in it. */
export class NotFound extends Error {}

export interface Replayed {
  inert: Inert;
  /** The classes of the instances that the module constructed at its top level. */
  constructed: ReadonlySet<TaskClass>;
}

/** The class to run. @throws NotFound, or what the module threw while it loaded */
export async function loadClass(order: StartOrder, replayed: Replayed): Promise<TaskClass> {
  if (order.tsNode) (require('./ts-node') as typeof import('./ts-node')).registerTsNode(order.tsNode);
  if (order.load === 'require') return find(require(order.module), order, replayed) ?? notFound(order, '');
  const loaded = import(order.module).then(exported => find(exported, order, replayed) ?? notFound(order, ''));
  return Promise.race([loaded, whenStuck(order, replayed)]);
}

// What most children do without is loaded where it is needed, here and below: each file delays `run` by 0.2 ms.
const search = () => require('./find-class') as typeof import('./find-class');

function find(exported: unknown, { target }: StartOrder, replayed: Replayed): TaskClass | undefined {
  if (target.exportKey !== undefined) return classAt(exported, target.exportKey);
  const likely = classAt(exported, target.name) ?? classAt(exported, 'default');
  if (likely?.name === target.name && textOf(likely) === target.text) return likely;
  return search().choose(search().exportedClasses(exported), target) ?? findUnexported(target, replayed);
}

function findUnexported(target: StartOrder['target'], { constructed }: Replayed): TaskClass | undefined {
  return search().choose([...constructed], target) ?? search().choose(search().evaluated(), target);
}

function notFound({ module }: StartOrder, why: string): never {
  throw new NotFound(
    why || `is not exported: export it from the top level of ${module}, so that the child can find it there`,
  );
}

/** Turns of the event loop in which nothing else goes on. */
const IDLE_TURNS = 4;
/** ms after which a script that still has timers or sockets is taken to wait for its task. */
const PATIENCE = 1_000;

/**
 * A script that awaits its task at its top level never finishes loading in the child. Resolves with the class once
 * it is stuck there: somebody awaits an inert promise, and nothing else goes on. Never resolves otherwise.
 */
function whenStuck(order: StartOrder, replayed: Replayed): Promise<TaskClass> {
  return new Promise((resolve, reject) => {
    let idle = 0;
    let since: number | undefined;
    const look = () => {
      if (replayed.inert.awaited) {
        since ??= performance.now();
        idle = isBusy() ? 0 : idle + 1;
        const impatient = performance.now() - since > PATIENCE;
        if (idle > IDLE_TURNS || impatient) {
          const found = findUnexported(order.target, replayed);
          if (found) return resolve(found);
          if (idle > IDLE_TURNS) return reject(unreached(replayed));
        }
      }
      again();
    };
    // An immediate that is called is no longer among the active resources; a timer that is called still is.
    const again = () => setTimeout(() => setImmediate(look), 1);
    again();
  });
}

function unreached({ constructed }: Replayed): NotFound {
  const names = [...constructed].map(({ name }) => name).join(', ');
  return new NotFound(
    `was not reached: its module waits at its top level for ${names}, which never ends in a child; move the class to a module of its own, or guard the wait with isChild`,
  );
}

/** Those that may stay open for ever without anything to come of them, our own channel among them. */
const PASSIVE =
  /^(PipeWrap|TTYWrap|TCPServerWrap|PipeServerWrap|SignalWrap|FSEventWrap|StatWatcher|MessagePort|UDPWrap|ProcessWrap)$/;

function isBusy(): boolean {
  return process.getActiveResourcesInfo().some(resource => !PASSIVE.test(resource));
}
