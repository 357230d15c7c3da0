import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WorkerPool } from 'offspring-rx/pool';
import type { Subscription } from 'rxjs';
import { type Output, Report } from './report.js';

interface Job {
  status: 'working' | 'done' | 'failed' | 'canceled';
  latest?: Output;
  error?: string;
}

const pool = new WorkerPool(Report, { workers: 2 });
const jobs = new Map<string, { job: Job; subscription: Subscription }>();
let count = 0;

function begin(pages: number): string {
  const id = String(++count);
  const job: Job = { status: 'working' };
  // A stream of one item: its outputs are the progress, and the last one is the result.
  const subscription = pool.map([pages]).subscribe({
    next: output => Object.assign(job, { latest: output }),
    error: (error: Error) => Object.assign(job, { status: 'failed', error: error.message }),
    complete: () => Object.assign(job, { status: 'done' }),
  });
  jobs.set(id, { job, subscription });
  return id;
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));

  if (request.method === 'POST') return answer(202, { id: begin(Number(searchParams.get('pages'))) });
  const found = jobs.get(pathname.slice('/jobs/'.length));
  if (!found) return answer(404, {});
  if (request.method === 'DELETE' && found.job.status === 'working') {
    found.subscription.unsubscribe(); // cancels the item
    found.job.status = 'canceled';
  }
  return answer(200, found.job);
});

server.listen(Number(process.env['PORT'] ?? 0), () => console.log(`port ${(server.address() as AddressInfo).port}`));
