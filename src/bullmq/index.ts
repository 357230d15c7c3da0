/** Both sides: the public names of `offspring-rx/bullmq`. */
export { mapOverQueue } from './map-over-queue';
export type { CallOptions, QueueBase, ServeOptions, ServeRest } from './options';
export { QueuePool } from './queue-pool';
export { type QueueHost, serveQueue } from './serve-queue';
