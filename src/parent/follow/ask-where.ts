/** Parent side: asks a child that gives no sign of life where it is. */
import type { Duplex } from 'node:stream';
import { attempt } from '../../util/safely';
import { clearTimeout, setTimeout } from '../../util/timers';
import type { Answer } from '../../watchable';
import type { Connection } from '../process/connection';
import { WATCH_DESCRIPTOR } from '../spawn/spawn-child';

/**
 * ms after which the thread of the child is asked for the stack of the main thread. A child whose event loop is free
 * answers before that, so its stack is not taken: it would show nothing but this question.
 */
const BUSY_AFTER = 250;

/** Calls back for each answer, until the returned function is called. */
export function askWhere(connection: Connection, onAnswer: (answer: Answer) => void): () => void {
  const pipe = connection.child?.process.stdio?.[WATCH_DESCRIPTOR as 4] as Duplex | undefined;
  let text = '';
  const onData = (chunk: Buffer) => {
    text += chunk;
    if (!text.endsWith('\n')) return;
    const { stack } = attempt(() => JSON.parse(text)) ?? {};
    onAnswer({ state: 'busy', stack: typeof stack === 'string' ? stack : '', resources: [], isHeld: false });
  };
  connection.onWhere = ({ resources, isHeld }) => onAnswer({ state: 'waiting', stack: '', resources, isHeld });
  connection.outbox.where();
  const timer = setTimeout(() => {
    pipe?.on('data', onData);
    pipe?.write('?');
  }, BUSY_AFTER);
  return () => {
    clearTimeout(timer);
    pipe?.off('data', onData);
    connection.onWhere = () => {};
  };
}
