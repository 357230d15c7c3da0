/** The tests that cannot hold on a system, by name and with the reason. The runner leaves them out. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROC } from '../../src/platform/linux';

/** `posix` is Linux without what only Linux has: `npm run test:posix`. The others are Node's names. */
export type System = 'posix' | NodeJS.Platform;

export interface LeftOut {
  /** Relative to the project. */
  file: string;
  /** A part of the full title of the tests. Without it, all tests of the file are left out. */
  test?: string;
  on: System[];
  why: string;
}

export const LEFT_OUT = JSON.parse(readFileSync(path.join(__dirname, 'not-on-every-system.json'), 'utf8')) as LeftOut[];

export const system: System = process.platform === 'linux' && PROC !== '/proc' ? 'posix' : process.platform;

/** Why a test is left out on this system. Undefined if it is not. */
export function whyLeftOut(file = '', title = ''): string | undefined {
  const name = file.replaceAll(path.sep, '/');
  return LEFT_OUT.find(
    each => each.on.includes(system) && name.endsWith(`/${each.file}`) && title.includes(each.test ?? ''),
  )?.why;
}
