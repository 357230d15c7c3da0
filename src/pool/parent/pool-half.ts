/** Parent side: the parts that `WorkerPool` uses, loaded when a pool is constructed. */
export { mapStream } from './map/map-stream';
export { runItem } from './run/run-item';
export { Scheduler } from './scheduler/scheduler';
