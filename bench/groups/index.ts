/** The groups of the benchmark, in the order in which they run. */
import type { Group } from '../suite/group';
import { flood } from './flood';
import { footprint } from './footprint';
import { messagesFresh } from './fresh';
import { importRxjs, importTime } from './imports';
import { large1, large64, large64Blocked } from './large';
import { loop } from './loop';
import { manyEnd, manyMemory, manyStart } from './many';
import { memory } from './memory';
import { messagesDown, messagesUp } from './messages';
import { pingPong } from './ping-pong';
import { poolCpu, poolLarge, poolLatency, poolShare, poolTiny } from './pool';
import { poolObjects, poolObjects2k, poolTexts } from './pool-values';
import { programCommonjs, programEsm, programRxjs } from './program';
import { queueCpu, queueLarge, queueLatency, queueProcessor, queueRecovery, queueTiny } from './queue';
import { idleParent } from './quiet';
import { shutdown } from './shutdown';
import { start, startEsm } from './start';
import { startAny } from './start-any';
import { startSpare } from './start-spare';

export const GROUPS: readonly Group[] = [
  start,
  startEsm,
  startSpare,
  startAny,
  messagesUp,
  messagesDown,
  messagesFresh,
  pingPong,
  large64,
  large64Blocked,
  large1,
  memory,
  importTime,
  importRxjs,
  shutdown,
  manyMemory,
  manyStart,
  manyEnd,
  idleParent,
  loop,
  flood,
  programCommonjs,
  programEsm,
  programRxjs,
  footprint,
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
