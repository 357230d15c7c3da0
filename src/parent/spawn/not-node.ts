/** Parent side: tells why the executable of this process would start this program again, and not a child. */
import { readFileSync } from 'node:fs';
import { PROC, statFields } from '../../platform/linux';
import { childSide } from '../../side';
import { BOOTING, isChildProcess } from '../../util/in-child';
import { attempt } from '../../util/safely';

/** So many processes above this one may be this very program. */
const MOST_ALIKE = 8;
/** So many processes above this one are looked at. */
const MOST_ANCESTORS = 100;

const ADVICE = "let forkOptions() return { execPath: '/path/to/node' }";

let isSingle: boolean | undefined;
let isEndless: boolean | undefined;

/**
 * Why no child can be started from this program; undefined if nothing is known against it. Otherwise the program would
 * start itself. `isChosen`: the user has set an execPath.
 */
export function whyNotNode(isChosen: boolean): string | undefined {
  if (isInPlaceOfChild()) {
    return `this program was itself started in place of a child of offspring-rx, since its execPath (${process.execPath} or a program that starts it) does not run what Node would run: ${ADVICE} in the program that started it`;
  }
  if (process.versions['deno'] !== undefined) {
    return 'Deno cannot run the children of offspring-rx: run this program with Node';
  }
  isSingle ??= isSingleExecutable();
  return isSingle && !isChosen ? whySingle() : undefined;
}

/** Why this program seems to start itself, which starts itself, without end; undefined if it does not seem so. */
export function whyEndless(): string | undefined {
  isSingle ??= isSingleExecutable();
  isEndless ??= !isSingle && startsItself();
  return isEndless
    ? `${MOST_ALIKE} processes above this one are the same program, so it seems to start itself without end: if process.execPath (${process.execPath}) is no plain Node, ${ADVICE}`
    : undefined;
}

let hasChildCommand: boolean | undefined;

/** A wrapper may drop the environment, and leave the arguments of the child. */
function isInPlaceOfChild(): boolean {
  if (process.env[BOOTING] !== undefined) return true;
  hasChildCommand ??= childSide() === undefined && attempt(isChildProcess) === true;
  return hasChildCommand;
}

const whySingle = () =>
  `this program is a single executable application, so process.execPath (${process.execPath}) would start it again: ${ADVICE}, and keep offspring-rx and the module of the class in files of their own`;

/** https://nodejs.org/api/single-executable-applications.html */
const isSingleExecutable = () => attempt(() => (require('node:sea') as { isSea(): boolean }).isSea()) ?? false;

/** Whether too many of the processes above this one have its command. Only Linux tells. A child has a limit of its own. */
function startsItself(): boolean {
  if (childSide()) return false;
  const own = commandOf(process.pid);
  let alike = 0;
  let pid = process.pid;
  for (let count = 0; own && pid > 1 && count < MOST_ANCESTORS; count++) {
    pid = attempt(() => parentOf(pid)) ?? 0;
    if (pid > 1 && commandOf(pid) === own) alike += 1;
  }
  return alike >= MOST_ALIKE;
}

const commandOf = (pid: number) => attempt(() => readFileSync(`${PROC}/${pid}/cmdline`, 'latin1')) ?? '';

/** The parent comes after the state. */
const parentOf = (pid: number) => Number(statFields(pid)[1]);
