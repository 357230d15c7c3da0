import { serveQueue } from 'offspring-rx/bullmq';
import { Thumbnail } from './thumbnail.js';

const host = serveQueue(Thumbnail, { connection: process.env['REDIS_URL'] as string, args: [128], workers: 2 });

// Finishes the items that it has, and takes no more.
process.once('SIGTERM', () => void host.close());
