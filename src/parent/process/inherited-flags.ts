/** Parent side: the Node flags that a child takes over from its parent. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startDirectory } from '../../side';
import { attempt } from '../../util/safely';
import { tsNode } from './ts-node';

/** Flags that are about the parent's own script, its debugger or its test run. */
const NOT_INHERITED =
  /^(--inspect|--debug-port|-e$|--eval|-p$|-pe$|--print|--test|--experimental-test|--watch|--input-type|--entry-url|--run$|-i$|--interactive)/;
/** Those of them whose value may be the next argument. */
const WITH_VALUE =
  /^(--inspect-port|--debug-port|-e|--eval|-p|-pe|--print|--test-(name-pattern|skip-pattern|reporter|reporter-destination|concurrency|timeout|shard|coverage-\w+|isolation|global-setup)|--watch-path|--input-type|--run)$/;
/** Flags that name a module or a file. */
const NAMES_FILE = /^(-r|--require|--import|--loader|--experimental-loader|--env-file|--env-file-if-exists)$/;

/** `execArgv` for a child: what the parent has, as it meant it there. */
export function inheritedFlags(cwd = process.cwd(), execArgv = process.execArgv): string[] {
  const moved = path.resolve(cwd) !== startDirectory;
  const flags: string[] = [];
  let inspected = false;
  for (let at = 0; at < execArgv.length; at++) {
    const [flag, inline] = splitFlag(execArgv[at] as string);
    // The ts-node program writes itself and its options behind Node's own flags.
    if (/[\\/]ts-node[\\/]dist[\\/]bin[\w-]*\.js$/.test(flag)) break;
    if (NOT_INHERITED.test(flag)) {
      inspected ||= /^--inspect($|-brk|-wait)/.test(flag);
      if (inline === undefined && WITH_VALUE.test(flag)) at += 1;
    } else if (NAMES_FILE.test(flag)) {
      const value = inline ?? execArgv[++at] ?? '';
      if (!registersTsNode(flag, value)) flags.push(flag, absolute(flag, value, moved));
    } else {
      flags.push(execArgv[at] as string);
    }
  }
  return inspected ? [...flags, '--inspect-port=0'] : flags;
}

function splitFlag(argument: string): [flag: string, value: string | undefined] {
  const at = argument.startsWith('--') ? argument.indexOf('=') : -1;
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

/** A registered ts-node goes to the child with its options (see tsNode), where it is loaded only if it is needed. */
const registersTsNode = (flag: string, value: string) =>
  /^(-r|--require)$/.test(flag) && /(^|[\\/])ts-node([\\/]register)?([\\/]|$)/.test(value) && tsNode() !== undefined;

/** Where relative paths may have been meant from: the program can have moved before this library was loaded. */
const PLACES = [startDirectory, process.env['PWD'], path.dirname(process.argv[1] ?? '')];

function absolute(flag: string, value: string, moved: boolean): string {
  if (path.isAbsolute(value) || /^(file|data|node):/.test(value)) return value;
  const resolved = () => firstOf(place => createRequire(path.resolve(place, 'x.js')).resolve(value));
  if (/^(-r|--require)$/.test(flag)) return resolved() ?? value;
  const file = () => existing(value) ?? path.resolve(startDirectory, value);
  if (flag.startsWith('--env-file')) return file();
  // What is imported has to be a URL.
  if (/^\.\.?[\\/]/.test(value)) return pathToFileURL(file()).href;
  // Node looks for a bare name from the working directory, with conditions that cannot be had from here.
  const found = moved ? resolved() : undefined;
  return found === undefined ? value : pathToFileURL(found).href;
}

const existing = (value: string) =>
  firstOf(place => {
    const file = path.resolve(place, value);
    return existsSync(file) ? file : undefined;
  });

function firstOf(look: (place: string) => string | undefined): string | undefined {
  for (const place of PLACES) {
    const found = place === undefined ? undefined : attempt(() => look(place));
    if (found !== undefined) return found;
  }
  return undefined;
}
