/** The groups of the benchmark, in the order in which they run. */
import type { Group } from '../suite/group';
import { flood } from './flood';
import { importRxjs, importTime } from './imports';
import { large1, large64, large64Blocked } from './large';
import { loop } from './loop';
import { memory } from './memory';
import { messagesDown, messagesUp } from './messages';
import { pingPong } from './ping-pong';
import { poolCpu, poolLarge, poolLatency, poolShare, poolTiny } from './pool';
import { poolObjects, poolObjects2k, poolTexts } from './pool-values';
import { programCommonjs, programEsm, programRxjs } from './program';
import { queueCpu, queueLarge, queueLatency, queueProcessor, queueRecovery, queueTiny } from './queue';
import { shutdown } from './shutdown';
import { start, startEsm } from './start';
import { startSpare } from './start-spare';

export const GROUPS: readonly Group[] = [
  start,
  startEsm,
  startSpare,
  messagesUp,
  messagesDown,
  pingPong,
  large64,
  large64Blocked,
  large1,
  memory,
  importTime,
  importRxjs,
  shutdown,
  loop,
  flood,
  programCommonjs,
  programEsm,
  programRxjs,
  poolTiny,
  poolCpu,
  poolLarge,
  poolObjects,
  poolObjects2k,
  poolTexts,
  poolLatency,
  poolShare,
  queueTiny,
  queueCpu,
  queueLarge,
  queueLatency,
  queueProcessor,
  queueRecovery,
];
