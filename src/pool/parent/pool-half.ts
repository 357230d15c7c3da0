/** Parent side: what a pool does there, loaded upon first use. */
export { mapStream } from './map/map-stream';
export { runItem } from './run/run-item';
export { Scheduler } from './scheduler/scheduler';
