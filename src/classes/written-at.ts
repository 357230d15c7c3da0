/** Both sides: asks V8 where a class was written. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Inspector, type InspectorAnswer, withInspector } from './inspector';

const MAP_COMMENT = '//# sourceMappingURL=';

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
  sourceMap: string;
}

interface Location {
  scriptId: string;
  lineNumber: number;
  columnNumber: number;
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
    if (!scripts.has(scriptId)) addFile(inspector, type, location);
    if (!scripts.has(scriptId)) listScripts(inspector);
    const script = scripts.get(scriptId);
    return script && { script: scriptId, ...script, line, column };
  });
}

function functionLocation({ post }: Inspector, objectId: string) {
  const { internalProperties = [] } = post('Runtime.getProperties', { objectId, ownProperties: true }) ?? {};
  const location = internalProperties.find((property: InspectorAnswer) => property.name === '[[FunctionLocation]]');
  return location?.value?.value as Location | undefined;
}

/**
 * V8's coverage names the scripts too, in 3 ms, and nothing has to be enabled for it. It tells no source map. So the script
 * counts only if the class is written in its file as it runs: what loads TypeScript may give its output the name of a file.
 * https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#method-getBestEffortCoverage
 */
function addFile({ post }: Inspector, type: object, location: Location): void {
  // Loaded on first use: children load this file, and mostly ask nothing.
  const { getHeapStatistics } = require('node:v8') as typeof import('node:v8');
  if (getHeapStatistics().used_heap_size > SMALL_HEAP) return;
  const { result = [] } = post('Profiler.getBestEffortCoverage') ?? {};
  const { url } = result.find(({ scriptId }: Location) => scriptId === location.scriptId) ?? {};
  if (!/^(file:|\/|[A-Za-z]:[\\/])/.test(url)) return;
  const text = textOf(url);
  if (text === undefined || !isWrittenIn(text, type, location)) return;
  const [, sourceMap = ''] = /^[^=]*=(\S+)/.exec(text.slice(text.lastIndexOf(MAP_COMMENT))) ?? [];
  scripts.set(location.scriptId, { url, sourceMap: text.includes(MAP_COMMENT) ? sourceMap : '' });
}

function textOf(url: string): string | undefined {
  try {
    return readFileSync(url.startsWith('file:') ? fileURLToPath(url) : url, 'utf8');
  } catch {
    // The file is gone, or may not be read.
    return undefined;
  }
}

/** Whether the text has the class around a place. V8 tells where its constructor begins, if it has one. */
function isWrittenIn(text: string, type: object, { lineNumber, columnNumber }: Location): boolean {
  let start = 0;
  for (let line = 0; line < lineNumber; line++) {
    start = text.indexOf('\n', start) + 1;
    if (start === 0) return false;
  }
  const own = Function.prototype.toString.call(type);
  const at = text.lastIndexOf(own, start + columnNumber);
  return at >= 0 && start + columnNumber < at + own.length;
}

/** V8 reports every script when the debugger is enabled. */
function listScripts({ session, post }: Inspector): void {
  session.on('Debugger.scriptParsed', ({ params }) => {
    scripts.set(params.scriptId, { url: params.url, sourceMap: params.sourceMapURL ?? '' });
  });
  post('Debugger.enable');
  post('Debugger.disable');
}
