/** Parent side: chooses the Node flags that a child inherits from its parent, by command line and by NODE_OPTIONS. */
import path from 'node:path';
import { startDirectory } from '../../side';
import { attempt } from '../../util/safely';
import { workingDirectory } from '../../util/working-directory';
import { absolutePath } from './absolute-path';
import { joinNodeOptions, splitNodeOptions } from './node-options';
import { tsNode } from './ts-node';

/**
 * Flags for the parent's own script, its debugger or its test run. The variables of an `--env-file` are in the parent's
 * environment already; the child would read those again that the parent has removed from it.
 */
const NOT_INHERITED =
  /^(--inspect|--debug-port|-e$|--eval|-p$|-pe$|--print|--test|--experimental-test|--watch|--input-type|--entry-url|--run$|-i$|--interactive|--env-file)/;
/** The flags among them whose value may be the next argument. */
const WITH_VALUE =
  /^(--inspect-port|--debug-port|-e|--eval|-p|-pe|--print|--test-(name-pattern|skip-pattern|reporter|reporter-destination|concurrency|timeout|shard|coverage-\w+|isolation|global-setup)|--watch-path|--input-type|--run|--env-file|--env-file-if-exists)$/;
/** Flags whose value is a module or a file, without which Node does not start, or a path that the child may access. */
const NAMES_FILE =
  /^(-r|--require|--import|--loader|--experimental-loader|--experimental-config-file|--snapshot-blob|--icu-data-dir|--openssl-config|--allow-fs-read|--allow-fs-write)$/;

/** A flag of Node as it was written, in one or two arguments. */
interface Flag {
  name: string;
  value: string | undefined;
  written: string[];
}

/** The flags of `execArgv` that a child inherits. Relative paths become absolute: the child may have another `cwd`. */
export function inheritedFlags(cwd?: string, execArgv: readonly string[] = process.execArgv): string[] {
  const inherited: string[] = [];
  let isInspected = false;
  for (const flag of flagsOf(execArgv)) {
    // The ts-node program appends its own path and options to Node's flags.
    if (/[\\/]ts-node[\\/]dist[\\/]bin[\w-]*\.js$/.test(flag.name)) break;
    isInspected ||= /^--inspect($|-brk|-wait)/.test(flag.name);
    if (!registersTsNode(flag)) inherited.push(...inheritedForm(flag, isElsewhere(cwd)));
  }
  return isInspected ? [...inherited, '--inspect-port=0'] : inherited;
}

/**
 * The NODE_OPTIONS of a child that should have `options`, whose parent has `own`. What is in both is inherited, so
 * `forkOptions()` may add to the parent's. What is only in `options` is left as it is.
 */
export function inheritedNodeOptions(options: string, own: string | undefined, cwd?: string): string {
  const args = splitNodeOptions(options);
  const ownArgs = splitNodeOptions(own ?? '');
  // Node does not start with them, and says why.
  if (!args || !ownArgs) return options;
  const ownFlags = new Set(flagsOf(ownArgs).map(keyOf));
  const isInherited = (flag: Flag) => ownFlags.has(keyOf(flag));
  const childArgs = flagsOf(args).flatMap(flag =>
    isInherited(flag) ? inheritedForm(flag, isElsewhere(cwd)) : flag.written,
  );
  return childArgs.length === args.length && childArgs.every((arg, at) => arg === args[at])
    ? options
    : joinNodeOptions(childArgs);
}

/** Whether Node, with these flags, waits for a debugger before it runs anything. */
export const waitsForDebugger = (flags: readonly string[]): boolean =>
  flags.some(flag => /^--inspect[-_](brk|wait)(=|$)/.test(flag));

/** Whether a child with this `cwd` runs in another directory than this process was started in. */
const isElsewhere = (cwd: string | undefined) =>
  startDirectory === undefined ||
  attempt(() => (cwd === undefined ? workingDirectory() : path.resolve(cwd))) !== startDirectory;

/** The arguments that the child gets for a flag of its parent. */
function inheritedForm({ name, value, written }: Flag, elsewhere: boolean): string[] {
  if (NOT_INHERITED.test(name)) return [];
  if (!NAMES_FILE.test(name) || value === undefined) return written;
  const absolute = absolutePath(name, withoutTypeCheck(name, value), elsewhere);
  return absolute === value && written.length === 2 ? written : [name, absolute];
}

/** The parent has checked the types. That takes seconds, and would in each child. */
const withoutTypeCheck = (name: string, value: string) =>
  /loader$/.test(name)
    ? value.replace(/(^|[\\/])ts-node([\\/])esm(\.mjs)?$/, '$1ts-node$2esm$2transpile-only$3')
    : value;

const keyOf = ({ name, value }: Flag) => `${name}=${value}`;

function flagsOf(args: readonly string[]): Flag[] {
  const flags: Flag[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
    const written = equals < 0 ? arg : arg.slice(0, equals);
    // Node takes `--no_warnings` for `--no-warnings`.
    const name = written.startsWith('--') ? written.replaceAll('_', '-') : written;
    const isNext = equals < 0 && (WITH_VALUE.test(name) || NAMES_FILE.test(name)) && at + 1 < args.length;
    if (isNext) flags.push({ name, value: args[++at], written: [arg, args[at] as string] });
    else flags.push({ name, value: equals < 0 ? undefined : arg.slice(equals + 1), written: [arg] });
  }
  return flags;
}

/** Whether the flag registers ts-node. The child is told of it in an order, and loads it only if needed: see tsNode. */
const registersTsNode = ({ name, value = '' }: Flag) =>
  /^(-r|--require)$/.test(name) && /(^|[\\/])ts-node([\\/]register)?([\\/]|$)/.test(value) && tsNode() !== undefined;
