/** Parent side: which requests the server refuses, whatever they ask for. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Why a request is refused; undefined if it is not.
 *
 * A page of another site can make its own name mean this machine (DNS rebinding), and the browser then takes this server
 * for a part of that site. The request has that name in `Host`. So names are refused, except `localhost` and `host`, the
 * one that the server was told to listen on. Addresses are not names. Ports are not compared, because tunnels change them.
 */
export function refusal({ headers, method }: IncomingMessage, host: string): string | undefined {
  const name = hostName(headers.host);
  if (name === undefined || !(isIP(name) || name === 'localhost' || name === host.toLowerCase())) {
    return 'this server is not known by that name: open the URL that serveDashboard() gave';
  }
  const { origin } = headers;
  // Browsers leave it out of a GET of the page itself.
  if (origin !== undefined && origin.toLowerCase() !== `http://${headers.host?.toLowerCase()}`) {
    return 'requests of other sites are refused';
  }
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && method === 'GET';
  const site = headers['sec-fetch-site'];
  if (!isNavigation && site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'requests of other sites are refused';
  }
  return undefined;
}

/** The host without its port and, for IPv6, without its brackets. */
function hostName(host: string | undefined): string | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d+)?$/.exec(host ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}
