/** Both sides: reads the URL of a dashboard. Pure. */

export interface Address {
  /** The URL of the dashboard, without its fragment. */
  readonly base: URL;
  /** The token for controls, if the URL had one. */
  readonly token: string | undefined;
}

/** `127.0.0.1:9229` will do too. Undefined if it is not the URL of a server. */
export function addressOf(text: string): Address | undefined {
  const trimmed = text.trim();
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`);
  } catch {
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? undefined;
  url.hash = '';
  return { base: url, token };
}
