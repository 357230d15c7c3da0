/** Child side: captures a class that its module does not export. */
import Module from 'node:module';
import { CAPTURE_BLOCK, CAPTURE_FUNCTION } from '../../classes/class-text';
import { isTaskClass, type TaskClass } from './task-class';

export interface Capture<T> {
  loaded: T;
  /** Classes of the name, in the order of their evaluation. */
  captured: TaskClass[];
}

/**
 * Loads a module and captures its classes of one name as they are evaluated. A static block is inserted into each
 * class. The block passes the class to a global function. Without it, a class that its module neither exports nor uses
 * could be garbage-collected before anything looks for it. Nothing is captured if this Node cannot change the source of
 * an ES module, or if the class is written in an unusual way.
 */
export function captureClass<T extends Promise<unknown>>(module: string, name: string, load: () => T): Capture<T> {
  const captured: TaskClass[] = [];
  Object.assign(globalThis, {
    [CAPTURE_FUNCTION]: (value: unknown) => {
      if (isTaskClass(value)) captured.push(value);
    },
  });
  const change: ChangeSource = source => source.replace(declarationOf(name), `$&${CAPTURE_BLOCK}`);
  const restore = module.startsWith('file:') ? changeEsm(module, change) : changeCommonJs(module, change);
  const loaded = load();
  loaded.then(restore, restore);
  return { loaded, captured };
}

/** Matches `class Name extends Base {`, also as bundlers write it: `var Name = class extends Base {`. */
function declarationOf(name: string): RegExp {
  // A class with a `static name` may have any string as its name.
  const escaped = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(
    `\\b(?:class\\s+${escaped}|${escaped}\\s*=\\s*class(?:\\s+[\\w$]+)?)\\s+extends\\s+[\\w$.]+\\s*\\{`,
    'g',
  );
}

type ChangeSource = (source: string) => string;
type Compile = (this: unknown, code: string, filename: string, ...rest: unknown[]) => unknown;

/** Changes the source of one CommonJS module. Returns a function that removes the hook. */
function changeCommonJs(file: string, change: ChangeSource): () => void {
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const compile = prototype._compile;
  prototype._compile = function (code, filename, ...rest) {
    return compile.call(this, filename === file ? change(code) : code, filename, ...rest);
  };
  return () => {
    prototype._compile = compile;
  };
}

interface Loaded {
  format?: string;
  source?: string | Uint8Array | null;
}
interface Hooks {
  /** From Node 22.15 on. https://nodejs.org/api/module.html#moduleregisterhooksoptions */
  registerHooks?(hooks: {
    load(url: string, context: unknown, next: (url: string, context: unknown) => Loaded): Loaded;
  }): { deregister(): void };
}

/** Changes the source of one ES module. Returns a function that removes the hook. */
function changeEsm(url: string, change: ChangeSource): () => void {
  const hooks = (Module as Hooks).registerHooks?.({
    load(loadingUrl, context, next) {
      const loaded = next(loadingUrl, context);
      if (loadingUrl !== url || !loaded.format?.startsWith('module') || !loaded.source) return loaded;
      return { ...loaded, source: change(Buffer.from(loaded.source).toString()) };
    },
  });
  return () => hooks?.deregister();
}
