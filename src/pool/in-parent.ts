/** Parent side: what a pool does there, loaded upon first use. */
export { mapped } from './mapped';
export { runItem } from './run-item';
export { Scheduler } from './scheduler';
