/** Parent side: answers the POST of a control. */
import type { IncomingMessage } from 'node:http';
import { onOneLine } from '../../util/plain-text';
import { type ControlFailure, type ControlRequest, TOKEN_HEADER } from '../wire/frames';
import type { Source } from './source';
import { isToken } from './token';

/** Bytes of a request's body. */
const MOST_BYTES = 4_096;

export interface Answer {
  readonly status: number;
  readonly body: ControlFailure | Record<string, never>;
}

const failure = (status: number, error: string): Answer => ({ status, body: { error: onOneLine(error) } });

/** `token`: undefined if the dashboard is read-only. */
export async function answerControl(
  request: IncomingMessage,
  token: string | undefined,
  source: Pick<Source, 'control'>,
): Promise<Answer> {
  if (token === undefined) {
    return failure(403, 'this dashboard is read-only: serve it with serveDashboard({ control: true })');
  }
  if (!isToken(token, request.headers[TOKEN_HEADER])) {
    return failure(403, 'the token is missing or wrong: open the URL that the program has printed last');
  }
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return failure(415, 'send JSON');
  const text = await bodyOf(request);
  if (text === undefined) return failure(413, `the body has more than ${MOST_BYTES} bytes`);
  const control = parsed(text);
  if (!control) return failure(400, "send { id, action: 'shutdown' | 'restart' }");
  try {
    source.control(control.id, control.action);
    return { status: 202, body: {} };
  } catch (error) {
    return failure(409, error instanceof Error ? error.message : String(error));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): ControlRequest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { id, action } = (value ?? {}) as Partial<ControlRequest>;
  const isControl = typeof id === 'string' && (action === 'shutdown' || action === 'restart');
  return isControl ? { id, action } : undefined;
}
