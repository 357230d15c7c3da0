/** Child side: lets a hook take part when CommonJS modules, and ES modules that are required, are compiled. */
import Module from 'node:module';

/** `compile` compiles and runs a module from the text that it is given, and must be called once. */
export type CompileHook = (filename: string, source: string, compile: (source: string) => unknown) => unknown;

type Compile = (this: unknown, source: string, filename: string, ...rest: unknown[]) => unknown;
export type Compilable = { _compile: Compile };

/** Calls `hook` for each module from now on. Returns a function that removes the hook. */
export function hookCompile(hook: CompileHook): () => void {
  const prototype = Module.prototype as unknown as Compilable;
  const compile = prototype._compile;
  prototype._compile = function (source, filename, ...rest) {
    return hook(filename, source, text => compile.call(this, text, filename, ...rest));
  };
  return () => {
    prototype._compile = compile;
  };
}
