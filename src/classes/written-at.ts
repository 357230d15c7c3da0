/** Both sides: where a class was written. */
import { type Asking, type InspectorAnswer, withInspector } from './inspector';

export interface WrittenAt {
  /** V8's number of the script: another one where the same file is evaluated again. */
  script: string;
  /** URL of the script; '' where it has none. */
  url: string;
  /** URL of the script's source map; '' where it has none. */
  sourceMap: string;
  /** From 0, in the code that runs. */
  line: number;
  column: number;
}

/** Listing every script of a process takes 12 ms with 350 of them, so the list is kept. */
const scripts = new Map<string, Pick<WrittenAt, 'url' | 'sourceMap'>>();

/**
 * Where V8 has the source of a class, by `[[FunctionLocation]]`; undefined if it does not say.
 * https://chromedevtools.github.io/devtools-protocol/v8/Debugger/#event-scriptParsed
 * @throws where there is no inspector
 */
export function writtenAt(type: object): WrittenAt | undefined {
  return withInspector(asking => {
    const objectId = asking.idOf(type);
    const location = objectId && functionLocation(asking, objectId);
    if (!location) return undefined;
    if (!scripts.has(location.scriptId)) listScripts(asking);
    const script = scripts.get(location.scriptId);
    return script && { ...script, script: location.scriptId, line: location.lineNumber, column: location.columnNumber };
  });
}

function functionLocation({ ask }: Asking, objectId: string) {
  const { internalProperties = [] } = ask('Runtime.getProperties', { objectId, ownProperties: true }) ?? {};
  const location = internalProperties.find((property: InspectorAnswer) => property.name === '[[FunctionLocation]]');
  return location?.value?.value as { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
}

function listScripts({ session, ask }: Asking): void {
  session.on('Debugger.scriptParsed', ({ params }) => {
    scripts.set(params.scriptId, { url: params.url, sourceMap: params.sourceMapURL ?? '' });
  });
  ask('Debugger.enable');
  ask('Debugger.disable');
}
