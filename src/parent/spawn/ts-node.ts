/** Parent side: finds the ts-node that is registered in this process, for its children. */
import type { TsNode } from '../../protocol/to-child';
import { moduleCache } from '../../util/module-cache';
import { absolutePath } from './absolute-path';

interface TsNodeService {
  configFilePath?: string;
  options: Record<string, unknown>;
}

/** The options that the child's ts-node gets from the parent's. */
const TS_NODE_OPTIONS = ['compilerOptions', 'experimentalResolver', 'moduleTypes', 'preferTsExts', 'swc', 'transpiler'];
/** TypeScript 6 reports a missing rootDir. Transpiling single files reports it even if a type check does not. */
const MISSING_ROOT_DIR = 5011;

/** It may have been registered by `-r`, by its own program, or by a call, as mocha does. */
export function tsNode(): TsNode | undefined {
  const service = (process as unknown as Record<symbol, TsNodeService | undefined>)[
    Symbol.for('ts-node.register.instance')
  ];
  if (!service) return undefined;
  const entry = Object.keys(moduleCache).find(file => /[\\/]ts-node[\\/]dist[\\/]index\.js$/.test(file));
  if (!entry) return undefined;
  const { configFilePath: project, options: all } = service;
  const options: Record<string, unknown> = Object.fromEntries(
    TS_NODE_OPTIONS.filter(name => all[name] !== undefined).map(name => [name, all[name]]),
  );
  options['ignoreDiagnostics'] = [...((all['ignoreDiagnostics'] as number[] | undefined) ?? []), MISSING_ROOT_DIR];
  const modules = all['require'] as string[] | undefined;
  // What was registered with it, as tsconfig-paths is by `ts-node -r tsconfig-paths/register`.
  if (modules?.length) options['require'] = modules.map(each => absolutePath('-r', each, true));
  return { path: entry, options: { ...options, ...(project && { project }), transpileOnly: true } };
}
