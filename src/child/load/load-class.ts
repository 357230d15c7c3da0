/** Child side: loads the class to run. */
import { pathToFileURL } from 'node:url';
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import type { ClassTarget, PrimeOrder } from '../../protocol/to-child';
import { classAt, type TaskClass } from './task-class';
import type { AwaitedKind } from './unexported/stuck-import';
import { importWithPackage, requireWithPackage } from './with-package';

/** What the main module of this child has. */
interface Boot {
  importModule: (url: string) => Promise<unknown>;
  /** The file that `require('offspring-rx')` gives. */
  packageFile: string;
  /** The URL that `import 'offspring-rx'` gives. */
  packageUrl: () => string;
}

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
export async function loadClass(order: PrimeOrder, replayed: ReplayedCode, boot: Boot): Promise<TaskClass> {
  if (order.tsNode) (require('./ts-node') as typeof import('./ts-node')).registerTsNode(order.tsNode);
  const { module, target } = order;
  const load = (url: string) => loadModule({ ...order, module: url }, boot);
  if (target.exportKey !== undefined) {
    const exported = await load(module);
    const found = classAt(exported, target.exportKey);
    if (isLogging && found) debugLog(target.name, `found as the export ${target.exportKey} of ${module}`);
    return found ?? findLoaded(exported, [...replayed.constructed], order) ?? fail(notExported(module));
  }
  const { captureClass } = require('./unexported/capture-class') as typeof import('./unexported/capture-class');
  // Bun has nothing by which a module's text could be changed.
  const isBun = process.versions['bun'] !== undefined;
  const { loaded, captured } = isBun ? { loaded: load(module), captured: [] } : captureClass(module, target.name, load);
  /** Classes that are known by other means than the exports. */
  const known = () => [...captured, ...replayed.constructed];
  const found = loaded.then(
    exported =>
      findLoaded(exported, known(), order) ??
      fail(ambiguous(target, [...classSearch().exportedClasses(exported), ...known()]) ?? notExported(module)),
  );
  const { watchForStuckImport } = require('./unexported/stuck-import') as typeof import('./unexported/stuck-import');
  if (isLogging) debugLog(target.name, `is looked for by its name and its text in ${module}`);
  const notFound = () => ambiguous(target, known()) ?? unreached(replayed);
  const stuck = watchForStuckImport(() => findUnexported(known(), order), notFound, replayed);
  return Promise.race([found, stuck.found]).finally(stuck.stop);
}

/** Files that Node alone does not load as they are meant, or not on each version. */
const IS_TYPESCRIPT = /\.([cm]?ts|[jt]sx)$/;

function loadModule(order: PrimeOrder, boot: Boot): Promise<unknown> {
  const load = (module: string) => loadByNode(module, order, boot);
  if (!IS_TYPESCRIPT.test(order.module)) return load(order.module);
  const { loadTypeScript } = require('./typescript') as typeof import('./typescript');
  return loadTypeScript(order, load, boot.importModule);
}

async function loadByNode(module: string, order: PrimeOrder, boot: Boot): Promise<unknown> {
  const { importModule, packageFile, packageUrl } = boot;
  const knowsPackage = order.packageFile === packageFile;
  if (module.startsWith('file:')) {
    const load = () => importModule(module);
    return knowsPackage ? importWithPackage(module, packageUrl(), load) : load();
  }
  try {
    const load = () => require(module);
    return knowsPackage ? requireWithPackage(module, packageFile, load) : load();
  } catch (error) {
    // It is an ES module by its syntax alone, with a top-level await.
    if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return importModule(pathToFileURL(module).href);
  }
}

// Files that most children do not need are loaded on first use, here and above: each delays `run` by 0.2 ms.
const classSearch = () => require('./unexported/find-class') as typeof import('./unexported/find-class');

/** Finds the class in a module that is loaded. `known` are classes that may be exported or not. */
function findLoaded(exported: unknown, known: TaskClass[], order: PrimeOrder): TaskClass | undefined {
  const { target } = order;
  const { chooseClass, chooseRenamed, classesWithSameText, exportedClasses } = classSearch();
  const exports = exportedClasses(exported);
  // The same text is the best proof, in case the module exports another class of the name from elsewhere.
  return (
    chooseClass(classesWithSameText([...exports, ...known], target), target) ??
    chooseClass(exports, target) ??
    chooseClass(known, target) ??
    chooseRenamed(exported, target) ??
    findEvaluated(order)
  );
}

function findUnexported(known: TaskClass[], order: PrimeOrder): TaskClass | undefined {
  return classSearch().chooseClass(known, order.target) ?? findEvaluated(order);
}

/** Looks at all classes of this process. One that only has the name must have been written in the module. */
function findEvaluated({ module, target }: PrimeOrder): TaskClass | undefined {
  const { chooseClass, classesWithSameText, evaluatedTaskClasses, namesakes, writtenIn } = classSearch();
  const named = namesakes(evaluatedTaskClasses(), target);
  const sameText = classesWithSameText(named, target);
  return chooseClass(sameText.length > 0 ? sameText : writtenIn(named, module), target);
}

function fail(error: NotFoundError): never {
  throw error;
}

const notExported = (module: string) =>
  new NotFoundError(`is not exported: export it from the top level of ${module}, so that the child can find it there`);

/** The error if several classes match the target; undefined if at most one does. */
function ambiguous(target: ClassTarget, known: TaskClass[]): NotFoundError | undefined {
  const { classesWithSameText, evaluatedTaskClasses, namesakes } = classSearch();
  const same = classesWithSameText([...known, ...evaluatedTaskClasses()], target).length;
  const named = namesakes(known, target).length;
  if (same < 2 && named < 2) return undefined;
  const which = same < 2 ? `${named} classes with this name` : `${same} classes with this name and the same text`;
  return new NotFoundError(
    `is one of ${which}, and the child cannot tell which is meant: write each as a class of its own, as in class A extends make() {}, and export it; or pass what differs to init()`,
  );
}

function unreached({ constructed }: ReplayedCode): NotFoundError {
  // It may wait for no task, but for a dashboard or the tree of processes.
  const names = [...constructed].map(({ name }) => name).join(', ') || 'something that only the parent has';
  return new NotFoundError(
    `was not reached: its module waits at its top level for ${names}, which never ends in a child; move the class to a module of its own, or guard the wait with isChild`,
  );
}
