import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WorkerPool } from 'offspring-rx/pool';
import { Report } from './report.js';

const pool = new WorkerPool(Report, { workers: 1 });

const server = createServer(async (request, response) => {
  const client = new AbortController();
  response.once('close', () => client.abort()); // after the answer too, where it does nothing
  try {
    const outputs = await pool.run(Number(request.url?.slice(1)), { signal: client.signal });
    response.end(JSON.stringify(outputs.at(-1)));
  } catch (error) {
    if (client.signal.aborted) return; // nobody is there to be answered
    response.writeHead(500).end(error instanceof Error ? error.message : '');
  }
});

server.listen(Number(process.env['PORT'] ?? 0), () => console.log(`port ${(server.address() as AddressInfo).port}`));
