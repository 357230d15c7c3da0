/**
 * Child side: what the thread runs that tells the parent where the main thread is busy. V8 pauses the main thread
 * wherever it is, even in an endless loop. It loads no other file of this library.
 */
import { type Debugger, Session } from 'node:inspector';
import { Socket } from 'node:net';
import { workerData } from 'node:worker_threads';
import type { HangThreadData } from './hang-thread';

/** How many frames of the stack are told. */
const MOST_FRAMES = 30;
/** What makes a stack as the program prints it, with the lines of TypeScript if it has a source map. */
const STACK = `(() => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = ${MOST_FRAMES + 3};
  try { return String(new Error('').stack); } finally { Error.stackTraceLimit = limit; }
})()`;

const { descriptor } = workerData as HangThreadData;
const socket = new Socket({ fd: descriptor, readable: true, writable: true });
socket.on('error', () => {});
socket.on('data', () => {
  try {
    tell();
  } catch {
    // The parent goes without the stack.
  }
});

function tell(): void {
  const session = new Session();
  session.connectToMainThread();
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => urls.set(scriptId, url));
  session.on('Debugger.paused', ({ params: { callFrames } }) => {
    const [top] = callFrames;
    if (!top) return answer(session, '');
    const parameters = { callFrameId: top.callFrameId, expression: STACK, silent: true, returnByValue: true };
    session.post('Debugger.evaluateOnCallFrame', parameters, (error, evaluated) => {
      const stack: unknown = error ? undefined : (evaluated as Debugger.EvaluateOnCallFrameReturnType).result.value;
      answer(session, typeof stack === 'string' ? framesOf(stack) : textOf(callFrames, urls));
    });
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
}

/** The main thread goes on as soon as the session has ended. */
function answer(session: Session, stack: string): void {
  session.disconnect();
  socket.write(`${JSON.stringify({ stack })}\n`);
}

/** Without the first line, and without the frames of the code above. */
const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter(line => /^\s+at /.test(line) && !/\beval\b.*<anonymous>:\d+/.test(line))
    .slice(0, MOST_FRAMES)
    .join('\n');

const textOf = (frames: Debugger.CallFrame[], urls: Map<string, string>): string =>
  frames
    .slice(0, MOST_FRAMES)
    .map(({ functionName, location: { scriptId, lineNumber, columnNumber = 0 } }) => {
      const place = `${urls.get(scriptId) || '<anonymous>'}:${lineNumber + 1}:${columnNumber + 1}`;
      return functionName ? `    at ${functionName} (${place})` : `    at ${place}`;
    })
    .join('\n');
