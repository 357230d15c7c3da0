/** Both sides: validates the options of `shutdown()`, of a task; a pool has these and more. */
import type { ShutdownOptions } from '../model/types';
import { BOOLEAN, type Checks, isNumber, OptionChecker } from './check-options';

export const SHUTDOWN_CHECKS: Checks<ShutdownOptions> = {
  grace: ['a number of ms, 0 or more', isNumber(0)],
  terminate: BOOLEAN,
};

/** @throws StateError that names the wrong option */
export const checkShutdownOptions = (
  options: unknown,
  subprocess: string,
  pid: number | null = null,
): ShutdownOptions =>
  new OptionChecker(`${subprocess}.shutdown(): `, { subprocess, pid }).withDefaults<ShutdownOptions>(
    'options',
    options,
    {},
    SHUTDOWN_CHECKS,
  );
