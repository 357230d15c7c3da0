/** Host side: the parts that `serveQueue` uses, loaded when it is called. */
export { QueueHost } from './queue-host';
