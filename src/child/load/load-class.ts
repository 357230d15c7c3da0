/** Child side: loads the class to run. */
import { pathToFileURL } from 'node:url';
import type { ClassTarget, PrimeOrder } from '../../protocol/to-child';
import type { AwaitedKind } from './stuck-import';
import { classAt, type TaskClass } from './task-class';

type ImportModule = (url: string) => Promise<unknown>;

/** The module is loaded, but the class was not found. */
export class NotFoundError extends Error {}

/** What the top level of the module did while it ran again in this child. */
export interface ReplayedCode {
  /** Whether code of the module waits for one of its own instances, which never settles here. */
  readonly awaited: AwaitedKind;
  /** The classes of the instances that the module constructed at its top level. */
  constructed: ReadonlySet<TaskClass>;
}

/** The class to run. @throws NotFoundError, or what the module threw while it loaded */
export async function loadClass(
  order: PrimeOrder,
  replayed: ReplayedCode,
  importModule: ImportModule,
): Promise<TaskClass> {
  if (order.tsNode) (require('./ts-node') as typeof import('./ts-node')).registerTsNode(order.tsNode);
  const { module, target } = order;
  const load = () => loadModule(order, importModule);
  if (target.exportKey !== undefined) return classAt(await load(), target.exportKey) ?? fail(notExported(module));
  const { captureClass } = require('./capture-class') as typeof import('./capture-class');
  const { loaded, captured } = captureClass(module, target.name, load);
  /** Classes that are known by other means than the exports. */
  const known = () => [...captured, ...replayed.constructed];
  const findWithoutExports = () => findUnexported(target, known());
  const found = loaded.then(
    exported =>
      findExported(exported, target) ??
      findWithoutExports() ??
      fail(ambiguous(target, [...classSearch().exportedClasses(exported), ...known()]) ?? notExported(module)),
  );
  const { watchForStuckImport } = require('./stuck-import') as typeof import('./stuck-import');
  const notFound = () => ambiguous(target, known()) ?? unreached(replayed);
  const stuck = watchForStuckImport(findWithoutExports, notFound, replayed);
  return Promise.race([found, stuck.found]).finally(stuck.stop);
}

async function loadModule({ module, load }: PrimeOrder, importModule: ImportModule): Promise<unknown> {
  if (load === 'import') return importModule(module);
  try {
    return require(module);
  } catch (error) {
    // It is an ES module by its syntax alone, with a top-level await.
    if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return importModule(pathToFileURL(module).href);
  }
}

// Files that most children do not need are loaded on first use, here and above: each delays `run` by 0.2 ms.
const classSearch = () => require('./find-class') as typeof import('./find-class');

function findExported(exported: unknown, target: ClassTarget): TaskClass | undefined {
  const { chooseClass, exportedClasses } = classSearch();
  const likely = classAt(exported, target.name) ?? classAt(exported, 'default');
  if (likely?.name === target.name && likely === chooseClass([likely], target)) return likely;
  return chooseClass(exportedClasses(exported), target);
}

function findUnexported(target: ClassTarget, known: TaskClass[]): TaskClass | undefined {
  const { chooseClass, evaluatedTaskClasses } = classSearch();
  return chooseClass(known, target) ?? chooseClass(evaluatedTaskClasses(), target);
}

function fail(error: NotFoundError): never {
  throw error;
}

const notExported = (module: string) =>
  new NotFoundError(`is not exported: export it from the top level of ${module}, so that the child can find it there`);

/** The error if several classes match the target; undefined if at most one does. */
function ambiguous(target: ClassTarget, known: TaskClass[]): NotFoundError | undefined {
  const { classesWithSameText, evaluatedTaskClasses } = classSearch();
  const { length } = classesWithSameText([...known, ...evaluatedTaskClasses()], target);
  if (length < 2) return undefined;
  return new NotFoundError(
    `is one of ${length} classes with this name and the same text, and the child cannot tell which is meant: write each as a class of its own, as in class A extends make() {}, and export it; or pass what differs to init()`,
  );
}

function unreached({ constructed }: ReplayedCode): NotFoundError {
  const names = [...constructed].map(({ name }) => name).join(', ');
  return new NotFoundError(
    `was not reached: its module waits at its top level for ${names}, which never ends in a child; move the class to a module of its own, or guard the wait with isChild`,
  );
}
