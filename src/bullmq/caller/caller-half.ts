/** Caller side: the parts that a QueuePool uses, loaded when one is constructed. */
export { mapStream } from '../../pool/parent/map/map-stream';
export { runItem } from '../../pool/parent/run/run-item';
export { QueueScheduler } from './queue-scheduler';
