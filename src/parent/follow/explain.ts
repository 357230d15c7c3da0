/** Parent side: writes the errors of a child that could not load, or ended although nobody asked it to. Pure. */
import { ExitError, StartError } from '../../model/errors';
import type { ExitStatus, Failed, Killed } from '../../model/exit-status';
import { platform } from '../../platform/platform';
import { decodeError, type EncodedError } from '../../protocol/remote-error';
import type { Facts, MemoryExcess } from './facts';

/** Why a module that works in the parent may fail in a child. */
export const LOADED_AGAIN =
  'the child loads the module of its class again, so what its top level does happens once more there: guard it with isChild, or move the class to a module of its own';

/** Something of which there is only one: a port, a file to create, a lock. */
const IS_TAKEN =
  /\b(EADDRINUSE|EEXIST|EBUSY|ELOCKED|SQLITE_BUSY)\b|\balready (in use|exists|running|locked)\b|\bis locked\b/i;

/** What test runners and their globals say outside of a test run. */
const NEEDS_TEST_RUNNER =
  /Vitest (failed to (find the current suite|find the runner|access its internal state)|cannot be imported in a CommonJS)|@jest\/globals` outside|^(test|it|describe|suite|context|expect|before(Each|All)?|after(Each|All)?|jest|vi) is not defined/;
const IS_TEST_FILE = /[._-](test|spec)\.[cm]?[jt]sx?(:\d+)?$/;
const IS_NEXT_CHUNK = /[\\/]\.next[\\/]/;
/** What `child/load/typescript` says if no loader is there. */
const NEEDS_LOADER = /a child needs a loader for this TypeScript/;

/** The StartError for a child that could not load its module, or did not find its class in it. */
export function explainLoad(facts: Facts, during: 'load' | 'find', error: EncodedError): StartError {
  const { subprocess, pid, place } = facts;
  const context = { subprocess, pid };
  if (during === 'find') {
    const why = IS_NEXT_CHUNK.test(error.message)
      ? `is in a file that Next.js has built, and a child cannot find it there: load its module past the bundler, with import(/* webpackIgnore: true */ /* turbopackIgnore: true */ url)`
      : error.message;
    return new StartError('load', `${subprocess} (${place}) ${why}`, context);
  }
  const cause = decodeError(error, `${place} threw while the child (pid ${pid}) loaded it`, context);
  const why = NEEDS_TEST_RUNNER.test(error.message)
    ? `${error.name}: ${error.message.split('\n')[0]}`
    : IS_TEST_FILE.test(place) && NEEDS_LOADER.test(error.message) && 'it is TypeScript';
  const message = why
    ? `the child (pid ${pid}) could not load ${place}, which only its test runner can load (${why}): move ${subprocess} to a module of its own that only defines and exports it`
    : `the child (pid ${pid}) could not load ${place}: ${error.name}: ${error.message}${hintFor(error.message)}`;
  return new StartError('load', `${subprocess}: ${message}`, { ...context, cause });
}

/** What to do about an error that a module threw as it was loaded; '' if that is not known. */
function hintFor(message: string): string {
  if (NEEDS_LOADER.test(message)) return '';
  if (/Unknown file extension "\.[cm]?tsx?"/.test(message)) {
    return ": give the child a TypeScript loader with forkOptions(), { execArgv: ['--import', 'tsx'] } say, or point MODULE to compiled code";
  }
  if (/^Cannot find (package|module) '(@\/|~|[^./\\:'"]+\/)/.test(message)) {
    return ': if that is an alias of Vite, Jest or a bundler, the child does not know it: import by a relative path, or by a name of "imports" in package.json (#lib/...); names of "paths" in tsconfig.json hold if tsx is installed';
  }
  if (/Access to this API has been restricted/.test(message)) {
    return ': the permission model bars it in the child, which has the flags of its parent: add the one that allows it, such as --allow-fs-read';
  }
  return IS_TAKEN.test(message) ? `: ${LOADED_AGAIN}` : '';
}

/** What is known about an end before its reason is. */
type EndFacts = Omit<Failed, 'reason' | 'error'>;

/** The ExitStatus, with its error, of an end that nobody asked for and no report explains. */
export function explainEnd(facts: Facts, ended: EndFacts): ExitStatus {
  const { subprocess, pid, stderr } = facts;
  const context = { subprocess, pid };
  const how = ended.signal ? `was killed by ${ended.signal}` : `ended with code ${ended.code}`;
  if (!facts.ready && !ended.signal) {
    const phase = facts.up ? 'load' : 'spawn';
    const message = `${subprocess}: the child (pid ${pid}) ${how} before it was ready${whyNotReady(facts, ended.code)}`;
    return { ...ended, reason: 'not-started', error: new StartError(phase, message, context) };
  }
  const tail =
    stderr.length === 0 ? '' : `\n  the last of its stderr:\n${stderr.map(line => `    ${line}`).join('\n')}`;
  const message = `${subprocess}: the child (pid ${pid}) ${how} ${whyEnded(facts, ended)}${tail}`;
  const errorWith = (exit: ExitStatus) => new ExitError(message, exit, { ...context, stderr });
  // The status and its error refer to each other, so the error is assigned to the status afterwards.
  if (ended.signal && !ended.forced) {
    const killed = { ...ended, signal: ended.signal, reason: 'killed' } as Killed;
    return Object.assign(killed, { error: errorWith(killed) });
  }
  const failed = { ...ended, reason: 'failed' } as Failed;
  return Object.assign(failed, { error: errorWith(failed) });
}

/** Exit codes of Node itself. https://nodejs.org/api/process.html#exit-codes */
const NODE_CODES: Record<number, string> = {
  7: "an 'uncaughtException' listener threw",
  13: 'an await could never settle',
};
/** What an exit code of Windows says. Windows has no signals. https://learn.microsoft.com/openspecs/windows_protocols/ms-erref */
const WINDOWS_CODES: Record<number, string> = {
  [0xc0000005]: 'it read or wrote memory that is not its own, as a fault of an addon does',
  [0xc00000fd]: 'its native stack was exhausted',
  [0xc0000017]: 'the system had no memory left',
  [0xc0000135]: 'a DLL was not found, such as one that an addon needs',
  [0xc0000142]: 'a DLL could not be started, as at the end of a session',
  [0xc0000409]: 'it ended itself, as abort() and a damaged stack do',
};
/** Exit codes of a Node that has not reached its first script. */
const BOOT_CODES: Record<number, string> = {
  9: 'Node was given a flag that it does not know; see execArgv and NODE_OPTIONS',
  12: 'the port for the inspector could not be opened',
};

function whyNotReady(facts: Facts, code: number | null): string {
  const known = NODE_CODES[code ?? 0] ?? (facts.up ? undefined : BOOT_CODES[code ?? 0]);
  if (known) return `: ${known}`;
  return facts.up
    ? `, while it loaded ${facts.place}: keep process.exit out of the module's top level, guard it with isChild, or give the class a module of its own`
    : ': see what it wrote to stderr, and whether execPath and execArgv start a Node that runs what it is given, and not this program again or a wrapper; forkOptions() sets them';
}

/** Signals that the system sends for a limit. */
const LIMIT_SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGXCPU: 'since it was over its limit of processor time (ulimit -t)',
  SIGXFSZ: 'since it was over its limit of the size of a file (ulimit -f)',
};

function whyEnded(facts: Facts, { code, signal, cause }: EndFacts): string {
  const when = !facts.ready ? 'before it was ready' : facts.result ? 'after its result' : 'in the middle of its work';
  switch (cause) {
    case 'did-not-exit':
      return 'by its parent, since it had not ended when its work had returned: an exit listener hangs and the grace was over';
    case 'lost-channel':
      return 'by its parent, since it had not ended when its channel had closed and the grace was over';
    case 'grace':
      return 'by its parent, which did not wait for it any longer';
    case 'memory-limit':
      return `${when}, by its parent: ${howMuch(facts.excess)}`;
    case 'out-of-memory':
      return `${when}: its heap was exhausted; give it more with execArgv: ['--max-old-space-size=...'], or keep less`;
    case 'crash':
      return `${when}: it crashed: ${WINDOWS_CODES[code ?? 0] ?? whyCrashed(signal)}`;
    case 'signal':
      return `${when}, ${whoSent(signal)}`;
    case 'stalled':
      return 'because its work awaits what can never come: nothing was left that could go on';
    case 'exit-code':
      return 'although its work returned: process.exitCode was set, or an exit listener failed';
    default: {
      const known = NODE_CODES[code ?? 0];
      return known
        ? `${when}: it called process.exit, or ${known}, upon which Node itself ends so`
        : `${when}: let its work return instead of calling process.exit${code === 1 ? orWasEnded() : ''}; if code of its module called it, which the child loads again, guard that with isChild, or give the class a module of its own`;
    }
  }
}

function howMuch(excess: MemoryExcess | null): string {
  const [bytes, limit] = [excess?.bytes, excess?.limit].map(each => each?.toLocaleString('en-US'));
  return `it had ${bytes} bytes of resident memory, more than its MEMORY_LIMIT of ${limit}`;
}

/** On Windows, a process that ends another one chooses the exit code of the other, mostly 1. */
const orWasEnded = () =>
  platform.stop.hasSigterm ? '' : ', if it did; else somebody else ended it, as taskkill and the Task Manager do';

const whyCrashed = (signal: NodeJS.Signals | null) =>
  signal === 'SIGABRT' || signal === null
    ? "by process.abort(), or by a fault of native code or of its heap, of which its last lines tell with STDIO = 'pipe'"
    : 'look for a fault in native code, that of an addon say, or in Node itself';

function whoSent(signal: NodeJS.Signals | null): string {
  const limit = signal && LIMIT_SIGNALS[signal];
  if (limit) return limit;
  // The kernel tells neither the parent nor the child.
  return signal === 'SIGKILL'
    ? 'by somebody else, or by the system for lack of memory, which its log (dmesg) would tell'
    : 'by somebody else';
}
