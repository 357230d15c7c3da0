/** Both sides: asks V8 where a class was written. */
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

/** The scripts of this process by id. Kept, because listing them takes long: 12 ms for 350 scripts. */
const scripts = new Map<string, Pick<WrittenAt, 'url' | 'sourceMap'>>();

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
    if (!scripts.has(location.scriptId)) listScripts(inspector);
    const script = scripts.get(location.scriptId);
    return script && { ...script, script: location.scriptId, line: location.lineNumber, column: location.columnNumber };
  });
}

function functionLocation({ post }: Inspector, objectId: string) {
  const { internalProperties = [] } = post('Runtime.getProperties', { objectId, ownProperties: true }) ?? {};
  const location = internalProperties.find((property: InspectorAnswer) => property.name === '[[FunctionLocation]]');
  return location?.value?.value as { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
}

/** V8 reports every script when the debugger is enabled. */
function listScripts({ session, post }: Inspector): void {
  session.on('Debugger.scriptParsed', ({ params }) => {
    scripts.set(params.scriptId, { url: params.url, sourceMap: params.sourceMapURL ?? '' });
  });
  post('Debugger.enable');
  post('Debugger.disable');
}
