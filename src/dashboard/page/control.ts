/** Page: asks the server to shut a process down, or to restart it. */
import { type ControlFailure, type ControlRequest, PATHS, TOKEN_HEADER } from '../wire/frames';

/** Read once, and taken out of the address, so that nobody who looks at the screen or shares the address has it. */
let token = '';

const KEY = 'offspring-token';

/** The token lasts as long as this tab, so that a reload still has it. */
export function takeToken(): void {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  try {
    if (given !== null) sessionStorage.setItem(KEY, given);
    token = given ?? sessionStorage.getItem(KEY) ?? '';
  } catch {
    token = given ?? '';
  }
  if (given !== null) history.replaceState(null, '', location.pathname);
}

/** Resolves when the server has accepted. Rejects with what to tell. */
export async function control(request: ControlRequest): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`.${PATHS.control}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [TOKEN_HEADER]: token },
      body: JSON.stringify(request),
    });
  } catch {
    throw new Error('the server does not answer');
  }
  if (response.ok) return;
  const { error } = (await response.json().catch(() => ({}))) as Partial<ControlFailure>;
  throw new Error(error ?? `the server refused it: ${response.status}`);
}
