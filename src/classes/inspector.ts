/** Both sides: sends commands to V8 through an inspector session in this process. */
import type { Session } from 'node:inspector';

export type InspectorAnswer = any;

export interface Inspector {
  session: Session;
  /** Sends a command. Returns its result, or undefined if it fails. */
  post(method: string, params?: object): InspectorAnswer;
  /** The inspector's id of a JavaScript object. */
  idOf(value: object): string | undefined;
  /** The JavaScript object with this id. */
  objectOf(objectId: string): unknown;
}

/** A global variable that passes objects between this code and the inspector. */
const SLOT = Symbol.for('offspring-rx.inspected');
const SLOT_EXPRESSION = `globalThis[Symbol.for(${JSON.stringify(SLOT.description)})]`;
const globals = globalThis as Record<symbol, unknown>;

/** Opens a session for the time that `use` runs. @throws if Node has no inspector, or `--permission` forbids it */
export function withInspector<T>(use: (inspector: Inspector) => T): T {
  // Loaded on first use: most children never need it.
  const { Session } = require('node:inspector') as typeof import('node:inspector');
  const session = new Session();
  session.connect();
  const post: Inspector['post'] = (method, params = {}) => {
    let answer: InspectorAnswer;
    // A session in the same process calls back before `post` returns.
    session.post(method, params, (error, result) => {
      if (!error) answer = result;
    });
    return answer;
  };
  const idOf: Inspector['idOf'] = value => {
    globals[SLOT] = value;
    return (
      post('Runtime.evaluate', { expression: SLOT_EXPRESSION })?.result?.objectId ?? idInOtherContext(session, post)
    );
  };
  const objectOf: Inspector['objectOf'] = objectId => {
    post('Runtime.callFunctionOn', { objectId, functionDeclaration: `function () { ${SLOT_EXPRESSION} = this }` });
    return globals[SLOT];
  };
  try {
    return use({ session, post, idOf, objectOf });
  } finally {
    delete globals[SLOT];
    session.disconnect();
  }
}

/** Test runners run this code in a vm context, which has a globalThis of its own. */
function idInOtherContext(session: Session, post: Inspector['post']): string | undefined {
  const contexts: number[] = [];
  session.on('Runtime.executionContextCreated', ({ params }) => contexts.push(params.context.id));
  post('Runtime.enable');
  return contexts
    .map(contextId => post('Runtime.evaluate', { expression: SLOT_EXPRESSION, contextId })?.result?.objectId)
    .find(id => id !== undefined);
}
