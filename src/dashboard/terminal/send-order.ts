/** Terminal: asks the server to shut a process down, or to restart it. */
import type { Address } from '../address';
import { type ControlFailure, type ControlRequest, PATHS, TOKEN_HEADER } from '../wire/frames';
import { clientFor } from './read-events';

/** Resolves when the server has accepted. Rejects with what to tell. */
export function sendOrder({ base, token = '' }: Address, { id, action }: ControlRequest): Promise<void> {
  const url = new URL(PATHS.control, base);
  const headers = { 'content-type': 'application/json', [TOKEN_HEADER]: token };
  return new Promise((resolve, reject) => {
    const request = clientFor(url).request(url, { method: 'POST', agent: false, headers, timeout: 5_000 });
    request.on('error', error => reject(new Error(`the server does not answer: ${error.message}`)));
    request.on('timeout', () => request.destroy(new Error('it takes too long')));
    request.on('response', response => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) resolve();
        else reject(new Error(errorIn(text) ?? `the server refused it: ${statusCode}`));
      });
    });
    request.end(JSON.stringify({ id, action } satisfies ControlRequest));
  });
}

function errorIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as Partial<ControlFailure>).error;
  } catch {
    return undefined;
  }
}
