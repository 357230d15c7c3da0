/** Which tests cannot hold on a system, by name and with the reason. The list is in left-out-list.ts. */
import path from 'node:path';
import { PROC } from '../../src/platform/linux';
import { LIST } from './left-out-list';

/**
 * `posix` is Linux without what only Linux has: `npm run test:posix`. `wine` is Windows too: what holds not on Windows
 * does not hold there. The others are Node's names.
 */
export type System = 'posix' | 'wine' | NodeJS.Platform;

export interface LeftOut {
  /** Relative to the project. */
  file: string;
  /** A part of the full title of the tests. Without it, all tests of the file are left out. */
  test?: string;
  on: System[];
  why: string;
  /** Set if only `npm test`, or only `npm run test:long`, has these tests. */
  form?: 'short' | 'full';
}

export const LEFT_OUT: readonly LeftOut[] = LIST;

const FORM = process.env['OFFSPRING_TEST_ALL'] === undefined ? 'short' : 'full';

export const WINE: readonly System[] = ['win32', 'wine'];

/** What this process runs on. */
export const systems: readonly System[] = systemsHere();

function systemsHere(): readonly System[] {
  if (process.platform === 'linux' && PROC !== '/proc') return ['posix'];
  // wine hands its own settings down.
  return process.platform === 'win32' && process.env['WINEPREFIX'] !== undefined ? WINE : [process.platform];
}

/** The entry that leaves a test out. Undefined if there is none. */
export function leftOut(file: string, title: string, on = systems): LeftOut | undefined {
  return LEFT_OUT.find(each => isOn(each, on) && isFile(each, file) && title.includes(each.test ?? ''));
}

/** The entry that leaves every test of a file out. Undefined if there is none. */
export function fileLeftOut(file: string, on = systems): LeftOut | undefined {
  return LEFT_OUT.find(each => isOn(each, on) && isFile(each, file) && each.test === undefined);
}

/** The entries that name no test, though their files were loaded. */
export function namesNoTest(tests: readonly { file: string; title: string }[]): LeftOut[] {
  return LEFT_OUT.filter(each => {
    if (each.form !== undefined && each.form !== FORM) return false;
    const ofFile = tests.filter(({ file }) => isFile(each, file));
    return ofFile.length > 0 && !ofFile.some(({ title }) => title.includes(each.test ?? ''));
  });
}

/** One line for people. */
export const tell = ({ file, test = 'every test', why }: LeftOut, on = systems): string =>
  `LEFT OUT on ${on.at(-1)}: ${file}: ${test}: ${why}`;

const isOn = (entry: LeftOut, on: readonly System[]) => entry.on.some(system => on.includes(system));

function isFile(entry: LeftOut, file: string): boolean {
  const name = file.replaceAll(path.sep, '/');
  return name === entry.file || name.endsWith(`/${entry.file}`);
}
