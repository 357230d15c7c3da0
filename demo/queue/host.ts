/** Host: a process that serves the queue: host <Redis> <folder> <name>. On another machine it would be the same program. */
import { serveQueue } from 'offspring-rx/bullmq';
import { HashAtHost } from './hash-at-host';

const [, , connection = '', folder = '', name = ''] = process.argv;

const host = serveQueue(HashAtHost, {
  connection,
  args: [folder, name],
  workers: 1,
  // Shorter than the defaults, so that the demo need not wait for them when it kills a host.
  lockDuration: 1_000,
  stalledInterval: 500,
});
const close = () => void host.close().then(() => process.exit());
process.once('SIGTERM', close);
// The demo is gone.
process.once('disconnect', close);
// Ctrl-c reaches all processes; the demo closes its hosts.
process.on('SIGINT', () => {});
process.send?.('serving');
