import { Readable } from 'node:stream';
import { fastify } from 'fastify';
import { WorkerPool } from 'offspring-rx/pool';
import { Report } from './report.js';

const app = fastify({ forceCloseConnections: true });
const pool = new WorkerPool(Report, { workers: 2 });
app.addHook('onClose', () => pool.shutdown());

async function* events(pages: number) {
  for await (const output of pool.map([pages])) yield `data: ${JSON.stringify(output)}\n\n`;
}

app.get<{ Params: { pages: number } }>(
  '/:pages',
  { schema: { params: { type: 'object', properties: { pages: { type: 'integer' } } } } },
  (request, reply) => reply.type('text/event-stream').send(Readable.from(events(request.params.pages))),
);

const address = await app.listen({ port: Number(process.env['PORT'] ?? 0) });
console.log(`port ${new URL(address).port}`);
