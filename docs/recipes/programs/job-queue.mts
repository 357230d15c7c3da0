import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WorkerPool } from 'offspring-rx/pool';
import { Hash } from './hash.js';

const MOST_WAITING = 50;
const pool = new WorkerPool(Hash, { workers: 3, timeout: 10_000 });
let open = 0;

const server = createServer(async (request, response) => {
  if (open >= MOST_WAITING) {
    response.writeHead(503, { 'retry-after': '1' }).end();
    return;
  }
  open += 1;
  try {
    // Waits for its turn if all three processes are busy.
    const { hash, pid } = await pool.run(await text(request));
    response.writeHead(200, { 'x-worker': pid }).end(hash);
  } catch (error) {
    response.writeHead(500).end(error instanceof Error ? error.message : '');
  } finally {
    open -= 1;
  }
});

server.listen(Number(process.env['PORT'] ?? 0), () => console.log(`port ${(server.address() as AddressInfo).port}`));
