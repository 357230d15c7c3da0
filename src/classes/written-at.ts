/** Both sides: asks V8 where a class was written. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import { type Inspector, type InspectorAnswer, withInspector } from './inspector';

export interface WrittenAt {
  /** V8's id of the script. A file that is evaluated twice has two. */
  script: string;
  /** URL of the script; '' if it has none. */
  url: string;
  /** URL of the script's source map; '' if it has none. */
  sourceMap: string;
  /** Line and column in the code that runs, after compilation, from 0. */
  line: number;
  column: number;
}

interface Script {
  url: string;
  /** Undefined if it is the one that the file names. */
  sourceMap?: string;
}

/** The scripts of this process by id. Kept, because listing them takes long: 20 ms for the 130 of a small program. */
const scripts = new Map<string, Script>();

/** Bytes of JavaScript up to which V8 is asked for its coverage: it looks through all of them, 0.2 ms a MB. */
const SMALL_HEAP = 48 * 2 ** 20;

/**
 * Where the source of a class begins, by V8's `[[FunctionLocation]]`. Undefined if V8 does not know.
 * https://chromedevtools.github.io/devtools-protocol/v8/Debugger/#event-scriptParsed
 * @throws if there is no inspector
 */
export function writtenAt(type: object): WrittenAt | undefined {
  return withInspector(inspector => {
    const objectId = inspector.idOf(type);
    const location = objectId && functionLocation(inspector, objectId);
    if (!location) return undefined;
    const { scriptId, lineNumber: line, columnNumber: column } = location;
    if (!scripts.has(scriptId)) listFiles(inspector);
    if (!scripts.has(scriptId)) listScripts(inspector);
    const { url, sourceMap } = scripts.get(scriptId) ?? {};
    return url === undefined
      ? undefined
      : { script: scriptId, url, sourceMap: sourceMap ?? sourceMapOf(url), line, column };
  });
}

function functionLocation({ post }: Inspector, objectId: string) {
  const { internalProperties = [] } = post('Runtime.getProperties', { objectId, ownProperties: true }) ?? {};
  const location = internalProperties.find((property: InspectorAnswer) => property.name === '[[FunctionLocation]]');
  return location?.value?.value as { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
}

/**
 * V8's coverage names the scripts too, in 3 ms, and nothing has to be enabled for it. It leaves out some. Of the others
 * only those are taken that were compiled as they are in their file, since it does not tell their source maps.
 * https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#method-getBestEffortCoverage
 */
function listFiles({ post }: Inspector): void {
  if (getHeapStatistics().used_heap_size > SMALL_HEAP) return;
  const { result = [] } = post('Profiler.getBestEffortCoverage') ?? {};
  for (const { scriptId, url } of result as { scriptId: string; url: string }[]) {
    if (/^(file:|\/|[A-Za-z]:[\\/]).*\.[cm]?js$/.test(url)) scripts.set(scriptId, { url });
  }
}

/** The URL of the source map that a file names at its end; '' if it names none. */
function sourceMapOf(url: string): string {
  try {
    const text = readFileSync(url.startsWith('file:') ? fileURLToPath(url) : url, 'utf8');
    const last = text.slice(text.lastIndexOf('\n//# sourceMappingURL='));
    return /^\n\/\/# sourceMappingURL=(\S+)/.exec(last)?.[1] ?? '';
  } catch {
    // The file is gone, or may not be read.
    return '';
  }
}

/** V8 reports every script when the debugger is enabled. */
function listScripts({ session, post }: Inspector): void {
  session.on('Debugger.scriptParsed', ({ params }) => {
    scripts.set(params.scriptId, { url: params.url, sourceMap: params.sourceMapURL ?? '' });
  });
  post('Debugger.enable');
  post('Debugger.disable');
}
