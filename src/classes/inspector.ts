/** Both sides: questions to V8 through an in-process inspector session. */
import type { Session } from 'node:inspector';

export type InspectorAnswer = any;

export interface Asking {
  session: Session;
  /** The answer, or undefined where V8 has none. */
  ask(method: string, params?: object): InspectorAnswer;
  /** The inspector's id of a JavaScript object. */
  idOf(value: object): string | undefined;
  /** The JavaScript object of an inspector's id. */
  objectOf(objectId: string): unknown;
}

/** Where a value lies while the inspector picks it up. */
const HANDOVER = Symbol.for('offspring-rx.handover');
const HANDOVER_EXPRESSION = `globalThis[Symbol.for(${JSON.stringify(HANDOVER.description)})]`;
const globals = globalThis as Record<symbol, unknown>;

/** @throws where the inspector is barred (--permission) or built without */
export function withInspector<T>(use: (asking: Asking) => T): T {
  // Loaded here: most children never ask.
  const inspector = require('node:inspector') as typeof import('node:inspector');
  const session = new inspector.Session();
  session.connect();
  const ask: Asking['ask'] = (method, params = {}) => {
    let answer: InspectorAnswer;
    // An in-process session answers before `post` returns.
    session.post(method, params, (error, result) => {
      if (!error) answer = result;
    });
    return answer;
  };
  const idOf: Asking['idOf'] = value => {
    globals[HANDOVER] = value;
    return ask('Runtime.evaluate', { expression: HANDOVER_EXPRESSION })?.result?.objectId ?? idInSandbox(session, ask);
  };
  const objectOf: Asking['objectOf'] = objectId => {
    ask('Runtime.callFunctionOn', { objectId, functionDeclaration: `function () { ${HANDOVER_EXPRESSION} = this }` });
    return globals[HANDOVER];
  };
  try {
    return use({ session, ask, idOf, objectOf });
  } finally {
    delete globals[HANDOVER];
    session.disconnect();
  }
}

/** A test runner's sandbox has a globalThis of its own. */
function idInSandbox(session: Session, ask: Asking['ask']): string | undefined {
  const contexts: number[] = [];
  session.on('Runtime.executionContextCreated', ({ params }) => contexts.push(params.context.id));
  ask('Runtime.enable');
  return contexts
    .map(contextId => ask('Runtime.evaluate', { expression: HANDOVER_EXPRESSION, contextId })?.result?.objectId)
    .find(id => id !== undefined);
}
