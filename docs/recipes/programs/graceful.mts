import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WorkerPool } from 'offspring-rx/pool';
import { Report } from './report.js';

const pool = new WorkerPool(Report, { workers: 2 });

const server = createServer(async (request, response) => {
  const outputs = await pool.run(Number(request.url?.slice(1)));
  // Otherwise a client could go on with further requests through the connection that it has.
  if (!server.listening) response.setHeader('connection', 'close');
  response.end(JSON.stringify(outputs.at(-1)));
});

async function stop() {
  // A second signal finds no listener: then this library kills the children, and the program dies of the signal.
  for (const signal of ['SIGTERM', 'SIGINT']) process.off(signal, stop);
  // Accepts no further connection, answers the requests that it has, and closes the connections that are idle.
  await new Promise(resolve => server.close(resolve));
  await pool.shutdown(); // no item is left, and each worker runs its end()
  console.log('bye');
}

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop);
server.listen(Number(process.env['PORT'] ?? 0), () => console.log(`port ${(server.address() as AddressInfo).port}`));
