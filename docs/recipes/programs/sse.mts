import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WorkerPool } from 'offspring-rx/pool';
import { Report } from './report.js';

const pool = new WorkerPool(Report, { workers: 2 });

async function* events(pages: number) {
  for await (const output of pool.map([pages])) yield `data: ${JSON.stringify(output)}\n\n`;
}

const server = createServer((request, response) => {
  const pages = Number(request.url?.slice(1));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  // If the client goes, the pipeline leaves the loop above, and that cancels the item.
  pipeline(Readable.from(events(pages)), response).catch(() => {});
});

server.listen(Number(process.env['PORT'] ?? 0), () => console.log(`port ${(server.address() as AddressInfo).port}`));
