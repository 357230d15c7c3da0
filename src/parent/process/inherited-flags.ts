/** Parent side: chooses the Node flags that a child inherits from its parent. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startDirectory } from '../../side';
import { attempt } from '../../util/safely';
import { tsNode } from './ts-node';

/** Flags for the parent's own script, its debugger or its test run. */
const NOT_INHERITED =
  /^(--inspect|--debug-port|-e$|--eval|-p$|-pe$|--print|--test|--experimental-test|--watch|--input-type|--entry-url|--run$|-i$|--interactive)/;
/** The flags among them whose value may be the next argument. */
const WITH_VALUE =
  /^(--inspect-port|--debug-port|-e|--eval|-p|-pe|--print|--test-(name-pattern|skip-pattern|reporter|reporter-destination|concurrency|timeout|shard|coverage-\w+|isolation|global-setup)|--watch-path|--input-type|--run)$/;
/** Flags whose value is a module or a file. */
const NAMES_FILE = /^(-r|--require|--import|--loader|--experimental-loader|--env-file|--env-file-if-exists)$/;

/** The flags of `execArgv` that a child inherits. Relative paths become absolute: the child may have another `cwd`. */
export function inheritedFlags(cwd = process.cwd(), execArgv = process.execArgv): string[] {
  const isElsewhere = path.resolve(cwd) !== startDirectory;
  const flags: string[] = [];
  let isInspected = false;
  for (let at = 0; at < execArgv.length; at++) {
    const [flag, inline] = splitFlag(execArgv[at] as string);
    // The ts-node program appends its own path and options to Node's flags.
    if (/[\\/]ts-node[\\/]dist[\\/]bin[\w-]*\.js$/.test(flag)) break;
    if (NOT_INHERITED.test(flag)) {
      isInspected ||= /^--inspect($|-brk|-wait)/.test(flag);
      if (inline === undefined && WITH_VALUE.test(flag)) at += 1;
    } else if (NAMES_FILE.test(flag)) {
      const value = inline ?? execArgv[++at] ?? '';
      if (!registersTsNode(flag, value)) flags.push(flag, absolute(flag, value, isElsewhere));
    } else {
      flags.push(execArgv[at] as string);
    }
  }
  return isInspected ? [...flags, '--inspect-port=0'] : flags;
}

function splitFlag(argument: string): [flag: string, value: string | undefined] {
  const at = argument.startsWith('--') ? argument.indexOf('=') : -1;
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

/** Whether the flag registers ts-node. The child is told of it in an order, and loads it only if needed: see tsNode. */
const registersTsNode = (flag: string, value: string) =>
  /^(-r|--require)$/.test(flag) && /(^|[\\/])ts-node([\\/]register)?([\\/]|$)/.test(value) && tsNode() !== undefined;

/**
 * The directories that relative paths are looked up in. The program may have changed its working directory before this
 * library was loaded.
 */
const DIRECTORIES = [startDirectory, process.env['PWD'], path.dirname(process.argv[1] ?? '')];

function absolute(flag: string, value: string, isElsewhere: boolean): string {
  if (path.isAbsolute(value) || /^(file|data|node):/.test(value)) return value;
  const resolved = () => firstOf(directory => createRequire(path.resolve(directory, 'x.js')).resolve(value));
  if (/^(-r|--require)$/.test(flag)) return resolved() ?? value;
  const file = () => existing(value) ?? path.resolve(startDirectory, value);
  if (flag.startsWith('--env-file')) return file();
  // An imported file has to be a URL.
  if (/^\.\.?[\\/]/.test(value)) return pathToFileURL(file()).href;
  // Node resolves a package from the working directory, with import conditions that are not available here. So the name
  // is kept if the child runs in the same directory.
  const found = isElsewhere ? resolved() : undefined;
  return found === undefined ? value : pathToFileURL(found).href;
}

const existing = (value: string) =>
  firstOf(directory => {
    const file = path.resolve(directory, value);
    return existsSync(file) ? file : undefined;
  });

/** The first result that is not undefined. A lookup that throws counts as undefined. */
function firstOf(lookUp: (directory: string) => string | undefined): string | undefined {
  for (const directory of DIRECTORIES) {
    const found = directory === undefined ? undefined : attempt(() => lookUp(directory));
    if (found !== undefined) return found;
  }
  return undefined;
}
