/** Parent side: validates what `forkOptions()` returns. */
import type { ForkOptions } from '../../model/types';
import { BOOLEAN, type Check, type Checks, OBJECT, OptionChecker } from '../../util/check-options';

const TEXT: Check = ['a string', value => typeof value === 'string'];
const ID: Check = ['a whole number, 0 or more', value => Number.isSafeInteger(value) && (value as number) >= 0];

const CHECKS: Checks<ForkOptions> = {
  cwd: TEXT,
  env: [
    "an object of variables, whose names are not empty and have no '='",
    value => OBJECT[1](value) && Object.keys(value as object).every(name => /^[^=\0]+$/.test(name)),
  ],
  extendEnv: BOOLEAN,
  execArgv: [
    'an array of strings',
    value => Array.isArray(value) && value.every(argument => typeof argument === 'string'),
  ],
  inheritExecArgv: BOOLEAN,
  execPath: TEXT,
  uid: ID,
  gid: ID,
  windowsHide: BOOLEAN,
};

/** @throws StateError that names the option which is unknown or has a wrong value */
export const checkForkOptions = (options: ForkOptions, subprocess: string): ForkOptions =>
  new OptionChecker('forkOptions(): ', { subprocess }).withDefaults<ForkOptions>('options', options, {}, CHECKS);
