/** The tests that do not run on Windows, each with the reason. `npm run test:windows` prints them. */

/** Reasons that many tests share. */
const NO_SIGNALS = 'a process cannot be paused there, nor be sent a signal that it handles';
const NO_GRACE = 'the system ends the children of a parent that was killed, at once';
const PARENT_OF_ITS_OWN = 'the test plays the parent, with the one pipe that carries both directions elsewhere';
const ENDS_BY_CODE = 'a process that was ended has an exit code there, and no signal; see windows.test.ts';
const LINUX_TOOLS = 'the test uses programs and files of Linux';
const LINKS = 'the test makes symbolic links, which need rights there';

/** Paths of files below test/, without their ending: none of their tests run. */
export const FILES: Record<string, string> = {
  boundaries: 'it reads src/, which is the same everywhere',
  consumers: 'it installs packages of other compilers',
  'demo-pool': 'it needs a terminal of Linux',
  demo: 'it needs a terminal of Linux',
  kept: LINKS,
  soak: 'it looks for processes in /proc',
  'faults/coverage': NO_SIGNALS,
  'faults/guardian': 'there is no guardian: the system ends the children of a parent that was killed',
  'faults/late-signals': NO_SIGNALS,
  'faults/limits': LINUX_TOOLS,
  'faults/parent-dies': NO_GRACE,
  'faults/signals': NO_SIGNALS,
  'faults/starved': LINUX_TOOLS,
  'faults/users-listeners': NO_SIGNALS,
};

/** As TESTS, under wine alone. */
export const UNDER_WINE: Record<string, string> = {
  'TypeScript the tsx program': 'wine 8 has no bcryptprimitives.dll, which the esbuild of tsx needs',
};

/** Full titles of tests, or the beginning of a title: all that begin so. */
export const TESTS: Record<string, string> = {
  'README.md and docs/ every example runs and prints what it says start.mts':
    'it prints the working directory, which is / elsewhere',
  '2 the system refuses execPath not executable': 'a file needs no right to be executed',
  '2 the system refuses a 256 KiB variable': 'the limit of variables is another one',
  '2 the system refuses forkOptions: cwd, env and flags reach the child': 'it compares with the path /tmp',
  '14 a signal': ENDS_BY_CODE,
  '18 output a grandchild that holds stdout does not delay the end': 'a process takes longer to start than its limit',
  '20 SIGKILL in the middle of a message of 50 MB': NO_SIGNALS,
  '22 one side sends faster than the other reads 800 commands of 64 KiB': NO_SIGNALS,
  '28 misplaced frames': 'the child writes to descriptor 3, which carries only orders there',
  '30 a child that does not end by itself ignores SIGTERM': 'nothing can ignore SIGTERM there; signal has a row there',
  '30 a child that does not end by itself is stopped': NO_SIGNALS,
  '31 several shutdowns one SIGTERM is sent': 'a process cannot count its SIGTERMs',
  '41 end runs exactly once SIGTERM': NO_SIGNALS,
  '41 end runs exactly once the parent is gone': NO_GRACE,
  '43 many children': 'it measures descriptors and memory as Linux tells them',
  '78 the cause of an end': ENDS_BY_CODE,
  '82 a failure before a child is ready is one sentence': PARENT_OF_ITS_OWN,
  'spares another working directory': 'it compares with the path /',
  'spares no spare can be described': 'a working directory cannot be removed there',
  'spares the parent ends': 'it sends signals to the parent; ends.test.ts has the same rows',
};
