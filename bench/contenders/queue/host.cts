/** A host, as a process: host <kind> <url> <work> <workers> <concurrency>. Tells its parent that it serves. */
import path from 'node:path';
import { type ConnectionOptions, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Work } from '../pool/work.js';
import { serveBare } from './bare-host.cjs';
import processor from './processor.cjs';
import { classes } from './work.cjs';

const [, , kind, url = '', work, workers, concurrency] = process.argv;

async function serve(): Promise<void> {
  if (kind === 'offspring-rx') {
    const { serveQueue } = require(['offspring-rx', 'bullmq'].join('/'));
    const type = classes[work as Work];
    const brisk = { lockDuration: 1_000, stalledInterval: 500 };
    serveQueue(type, { connection: url, workers: Number(workers), concurrency: Number(concurrency), ...brisk });
    return;
  }
  if (kind === 'bare') return serveBare(url, Number(workers), Number(concurrency));
  const connection = new Redis(url, { maxRetriesPerRequest: null }) as unknown as ConnectionOptions;
  const isSandboxed = kind === 'sandboxed';
  const worker = new Worker('work', isSandboxed ? path.join(__dirname, 'processor.cjs') : processor, {
    connection,
    concurrency: Number(isSandboxed ? workers : concurrency),
  });
  worker.on('error', () => {});
  await worker.waitUntilReady();
}

// Its parent is gone.
process.once('disconnect', () => process.exit());
serve().then(() => process.send?.('serving'));
