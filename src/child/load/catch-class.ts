/** Child side: makes a module hand over a class that it does not export. */
import Module from 'node:module';
import { HAND_OVER, MARK } from '../../classes/class-text';
import { isTaskClass, type TaskClass } from './task-class';

export interface Catch<T> {
  loaded: T;
  /** Classes of that name, in the order of their evaluation. */
  caught: TaskClass[];
}

/**
 * Starts to load a module with a static block more in its classes of this name, which hands each over as it is
 * evaluated. Once a module is through, nothing else need hold a class that it neither exports nor uses: it may be gone
 * before anybody can look for it. Where this Node cannot change an ES module, or the class is written in an unusual
 * way, none is caught.
 */
export function catchClass<T extends Promise<unknown>>(module: string, name: string, load: () => T): Catch<T> {
  const caught: TaskClass[] = [];
  Object.assign(globalThis, {
    [HAND_OVER]: (value: unknown) => {
      if (isTaskClass(value)) caught.push(value);
    },
  });
  const mark = (code: string) => code.replace(declaration(name), `$&${MARK}`);
  const restore = module.startsWith('file:') ? markEsm(module, mark) : markCommonJs(module, mark);
  const loaded = load();
  loaded.then(restore, restore);
  return { loaded, caught };
}

/** `class Name extends Base {`, and what bundlers make of it: `var Name = class extends Base {`. */
function declaration(name: string): RegExp {
  // A `static name` may be anything.
  const escaped = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(
    `\\b(?:class\\s+${escaped}|${escaped}\\s*=\\s*class(?:\\s+[\\w$]+)?)\\s+extends\\s+[\\w$.]+\\s*\\{`,
    'g',
  );
}

type Compile = (this: unknown, code: string, filename: string, ...rest: unknown[]) => unknown;

function markCommonJs(file: string, mark: (code: string) => string): () => void {
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const compile = prototype._compile;
  prototype._compile = function (code, filename, ...rest) {
    return compile.call(this, filename === file ? mark(code) : code, filename, ...rest);
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

function markEsm(url: string, mark: (code: string) => string): () => void {
  const hooks = (Module as Hooks).registerHooks?.({
    load(loading, context, next) {
      const loaded = next(loading, context);
      if (loading !== url || !loaded.format?.startsWith('module') || !loaded.source) return loaded;
      return { ...loaded, source: mark(Buffer.from(loaded.source).toString()) };
    },
  });
  return () => hooks?.deregister();
}
