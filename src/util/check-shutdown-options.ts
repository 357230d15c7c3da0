/** Both sides: the options of a shutdown, of a task and of a pool alike. */
import type { ShutdownOptions } from '../model/types';
import { BOOLEAN, type Checks, isNumber, OptionChecker } from './check-options';

const CHECKS: Checks<ShutdownOptions> = {
  grace: ['a number of ms, 0 or more', isNumber(0)],
  terminate: BOOLEAN,
};

/** @throws StateError that names what is wrong */
export const checkShutdownOptions = (
  options: unknown,
  subprocess: string,
  pid: number | null = null,
): ShutdownOptions =>
  new OptionChecker(`${subprocess}.shutdown(): `, { subprocess, pid }).withDefaults<ShutdownOptions>(
    'options',
    options,
    {},
    CHECKS,
  );
