/** The tests that cannot hold on a system, each with the reason. leave-out.ts leaves them out there, and says so. */
import type { LeftOut } from './left-out';

/** Reasons that many tests share. */
const NO_SIGNALS = 'a process cannot be paused there, nor be sent a signal that it handles';
const NO_GRACE = 'the system ends the children of a parent that was killed, at once';
const PARENT_OF_ITS_OWN = 'the test plays the parent, with the one pipe that carries both directions elsewhere';
const ENDS_BY_CODE = 'a process that was ended has an exit code there, and no signal; see windows.test.ts';
const LINUX_TOOLS = 'the test uses programs and files of Linux';
const LINKS = 'the test makes symbolic links, which need rights there';
const OTHERS_CHILDREN = 'only Linux and macOS tell which processes another one has made';
const UNSHARE = 'only Linux can change the file system of one process (unshare)';
const PROCESSOR_TIME =
  'only Linux tells how long a process waited for a processor, so the time of a busy machine counts elsewhere';
const NO_MEMORY_FILES = 'only Linux has files in memory that processes share; elsewhere large items are messages';
const NO_REDIS = 'there is no Redis for it';
const NO_POWERSHELL = 'PowerShell, which tells what processes use on Windows, does not run under wine';
const TERMINAL = 'it needs a terminal of Linux';

export const LIST: LeftOut[] = [
  { file: 'test/api-docs.test.ts', on: ['win32'], why: 'it reads declarations, which are the same everywhere' },
  { file: 'test/boundaries.test.ts', on: ['win32'], why: 'it reads src/, which is the same everywhere' },
  { file: 'test/consumers.test.ts', on: ['win32'], why: 'it installs packages of other compilers' },
  ...['at-length', 'calls', 'callers-end', 'classes', 'docs', 'hosts-fail', 'options', 'redis-fails'].map(
    (name): LeftOut => ({ file: `test/bullmq/${name}.test.ts`, on: ['win32'], why: NO_REDIS }),
  ),
  { file: 'test/demo-pool.test.ts', on: ['win32'], why: TERMINAL },
  { file: 'test/demo-queue.test.ts', on: ['win32'], why: NO_REDIS },
  { file: 'test/demo.test.ts', on: ['win32'], why: TERMINAL },
  {
    file: 'test/faults/back-pressure.test.ts',
    test: 'commands of 64 KiB to a child that does not read',
    on: ['win32'],
    why: NO_SIGNALS,
  },
  { file: 'test/faults/cause.test.ts', test: '78 the cause of an end', on: ['win32'], why: ENDS_BY_CODE },
  { file: 'test/faults/coverage.test.ts', on: ['win32'], why: NO_SIGNALS },
  {
    file: 'test/faults/debugger.test.ts',
    test: 'a child that is busy once the debugger',
    on: ['posix', 'darwin', 'win32'],
    why: 'READY_TIMEOUT counts the time on a processor of a child that a debugger may pause, which only Linux tells',
  },
  { file: 'test/faults/flags.test.ts', test: 'through a symlink', on: ['win32'], why: LINKS },
  {
    file: 'test/faults/guardian.test.ts',
    on: ['win32'],
    why: 'there is no guardian: the system ends the children of a parent that was killed',
  },
  {
    file: 'test/faults/guardian.test.ts',
    test: 'sleep is not there',
    on: ['posix', 'darwin'],
    why: 'the sleep of busybox is a part of its sh; only Linux can change a file system for one process (unshare)',
  },
  {
    file: 'test/faults/guardian.test.ts',
    test: '80 its line of ps',
    on: ['posix', 'darwin'],
    why: 'it replaces /bin/sh for one process (unshare, of Linux), which is replaced already, and reads /proc',
  },
  { file: 'test/faults/guardian.test.ts', test: 'sleep knows no fractions', on: ['darwin'], why: UNSHARE },
  { file: 'test/faults/guardian.test.ts', test: 'no sh: the parent works', on: ['darwin'], why: UNSHARE },
  {
    file: 'test/faults/groups.test.ts',
    on: ['win32'],
    why: 'there are no process groups, and PowerShell, which ends what a child has left, does not run under wine',
  },
  { file: 'test/faults/held.test.ts', test: '97 the parent ends', on: ['win32'], why: NO_SIGNALS },
  { file: 'test/faults/late-signals.test.ts', on: ['win32'], why: NO_SIGNALS },
  { file: 'test/faults/limits.test.ts', on: ['win32'], why: LINUX_TOOLS },
  {
    file: 'test/faults/limits.test.ts',
    test: '3 no room for one more process',
    on: ['darwin'],
    why: 'only Linux can limit another process (prlimit)',
  },
  {
    file: 'test/faults/logs.test.ts',
    test: 'the prefix has a color on a terminal',
    on: ['win32'],
    why: TERMINAL,
  },
  {
    file: 'test/faults/logs.test.ts',
    test: 'while its parent blocks in its exit handler',
    on: ['win32'],
    why: 'a parent that blocks cannot read the output of its children there',
  },
  { file: 'test/faults/loop.test.ts', test: '41 end runs exactly once SIGTERM', on: ['win32'], why: NO_SIGNALS },
  {
    file: 'test/faults/loop.test.ts',
    test: '41 end runs exactly once the parent is gone',
    on: ['win32'],
    why: NO_GRACE,
  },
  {
    file: 'test/faults/many.test.ts',
    test: '43 many children',
    on: ['win32'],
    why: 'it measures descriptors and memory as Linux tells them',
  },
  {
    file: 'test/faults/messages.test.ts',
    test: '20 SIGKILL in the middle of a message of 50 MB',
    on: ['win32'],
    why: NO_SIGNALS,
  },
  { file: 'test/faults/no-proc.test.ts', test: 'there is no ps', on: ['darwin', 'win32'], why: UNSHARE },
  {
    file: 'test/faults/output.test.ts',
    test: '18 output a grandchild that holds stdout does not delay the end',
    on: ['win32'],
    why: 'a process takes longer to start than its limit',
  },
  { file: 'test/faults/parent-dies.test.ts', on: ['win32'], why: NO_GRACE },
  { file: 'test/faults/parent-life.test.ts', test: '34 a signal', on: ['win32'], why: NO_SIGNALS },
  {
    file: 'test/faults/parent-life.test.ts',
    test: '35 during the blocking join a SIGTERM arrives',
    on: ['win32'],
    why: NO_SIGNALS,
  },
  {
    file: 'test/faults/parent-life.test.ts',
    test: '35 during the blocking join execPath is a shell',
    on: ['win32'],
    why: LINUX_TOOLS,
  },
  { file: 'test/faults/parent-life.test.ts', test: '36 SIGKILL of the parent', on: ['win32'], why: NO_GRACE },
  { file: 'test/faults/parent-life.test.ts', test: 'a grandchild holds the pipe', on: ['win32'], why: LINUX_TOOLS },
  {
    file: 'test/faults/readable.test.ts',
    test: '82 a failure before a child is ready is one sentence',
    on: ['win32'],
    why: PARENT_OF_ITS_OWN,
  },
  {
    file: 'test/faults/process-flags.test.ts',
    test: '102 NICE a number that the system does not allow',
    on: ['darwin', 'win32'],
    why: LINUX_TOOLS,
  },
  {
    file: 'test/faults/process-flags.test.ts',
    test: '101 MEMORY_LIMIT',
    on: ['wine'],
    why: 'its tasklist tells of no process',
  },
  {
    file: 'test/faults/process-flags.test.ts',
    test: '103 TITLE',
    on: ['win32'],
    why: 'titles are not set there',
  },
  {
    file: 'test/faults/process-flags.test.ts',
    test: '102 NICE every thread',
    on: ['win32'],
    why: 'the system has six classes of priority, and none for each number',
  },
  { file: 'test/faults/run.test.ts', test: '14 a signal', on: ['win32'], why: ENDS_BY_CODE },
  {
    file: 'test/faults/shutdown.test.ts',
    test: '30 a child that does not end by itself ignores SIGTERM',
    on: ['win32'],
    why: 'nothing can ignore SIGTERM there; signal has a row there',
  },
  {
    file: 'test/faults/shutdown.test.ts',
    test: '30 a child that does not end by itself a shorter grace in a later call',
    on: ['win32'],
    why: 'nothing can ignore SIGTERM there; windows.test.ts has this row',
  },
  {
    file: 'test/faults/shutdown.test.ts',
    test: '30 a child that does not end by itself is stopped',
    on: ['win32'],
    why: NO_SIGNALS,
  },
  {
    file: 'test/faults/shutdown.test.ts',
    test: '31 several shutdowns one SIGTERM is sent',
    on: ['win32'],
    why: 'a process cannot count its SIGTERMs',
  },
  { file: 'test/faults/signals.test.ts', on: ['win32'], why: NO_SIGNALS },
  {
    file: 'test/faults/signals.test.ts',
    test: 'as process 1 of a container',
    on: ['darwin'],
    why: 'only Linux has containers (unshare)',
  },
  {
    file: 'test/faults/start.test.ts',
    test: '2 the system refuses execPath not executable',
    on: ['win32'],
    why: 'a file needs no right to be executed',
  },
  {
    file: 'test/faults/start.test.ts',
    test: '2 the system refuses a 256 KiB variable',
    on: ['win32'],
    why: 'the limit of variables is another one',
  },
  {
    file: 'test/faults/start.test.ts',
    test: '2 the system refuses forkOptions: cwd, env and flags reach the child',
    on: ['win32'],
    why: 'it compares with the path /tmp',
  },
  { file: 'test/faults/starved.test.ts', on: ['win32'], why: LINUX_TOOLS },
  {
    file: 'test/faults/starved.test.ts',
    test: 'many children at once',
    on: ['posix', 'darwin'],
    why: PROCESSOR_TIME,
    form: 'full',
  },
  {
    file: 'test/faults/starved.test.ts',
    test: 'a parent that is blocked reads',
    on: ['posix', 'darwin'],
    why: PROCESSOR_TIME,
  },
  {
    file: 'test/faults/starved.test.ts',
    test: 'the system tells how long',
    on: ['posix', 'darwin'],
    why: 'only Linux tells that, by /proc/PID/task/TID/schedstat',
  },
  { file: 'test/compile-cache.test.ts', on: ['win32'], why: LINKS },
  { file: 'test/faults/users-listeners.test.ts', on: ['win32'], why: NO_SIGNALS },
  { file: 'test/faults/watchdog.test.ts', test: '94 it is paused', on: ['win32'], why: NO_SIGNALS },
  ...['that is busy', 'in the stream of map()'].map(
    (which): LeftOut => ({
      file: 'test/faults/pool.test.ts',
      test: `70 short items do not wait behind a long one ${which}`,
      on: ['posix', 'darwin', 'win32'],
      why: 'only Linux has files in memory, through which another worker takes the items of a busy one',
    }),
  ),
  {
    file: 'test/faults/pool.test.ts',
    test: '73 a pool takes a small part of the memory',
    on: ['posix', 'darwin', 'win32'],
    why: NO_MEMORY_FILES,
  },
  {
    file: 'test/faults/pool.test.ts',
    test: 'one late item in a batch is rejected at once, and no other is worked on twice: it busy',
    on: ['posix', 'darwin', 'win32'],
    why: 'a busy worker tells which item of a batch it works on through a file in memory, which only Linux has',
    form: 'short',
  },
  {
    file: 'test/faults/pool-share.test.ts',
    test: 'lies in one file',
    on: ['posix', 'darwin', 'win32'],
    why: NO_MEMORY_FILES,
  },
  {
    file: 'test/dashboard/live.test.ts',
    test: 'shows a loop that turns, what it uses',
    on: ['wine'],
    why: NO_POWERSHELL,
  },
  {
    file: 'test/observe/control.test.ts',
    test: 'shuts down a process of this one',
    on: ['wine'],
    why: NO_POWERSHELL,
  },
  {
    file: 'test/observe/usage.test.ts',
    test: 'usage$ of a busy process',
    on: ['posix'],
    why: 'the ps of Linux tells processor time in whole seconds, and that of macOS in hundredths',
  },
  ...['a busy process', 'a loop that sleeps', 'one that is not started yet'].map(
    (which): LeftOut => ({
      file: 'test/observe/usage.test.ts',
      test: `usage$ of ${which}`,
      on: ['wine'],
      why: NO_POWERSHELL,
    }),
  ),
  {
    file: 'test/observe/usage.test.ts',
    test: 'is told by ps',
    on: ['win32'],
    why: 'PowerShell tells it there',
  },
  {
    file: 'test/observe/usage.test.ts',
    test: 'errors at once if the system has nothing',
    on: ['win32'],
    why: 'PowerShell tells it there',
  },
  {
    file: 'test/pool/crashes.test.ts',
    test: 'by SIGTERM from outside, in the middle of an item',
    on: ['win32'],
    why: NO_SIGNALS,
  },
  { file: 'test/pool/crashes.test.ts', test: 'by segv: ', on: ['win32'], why: ENDS_BY_CODE },
  { file: 'test/pool/crashes.test.ts', test: 'because it crashes before begin', on: ['win32'], why: ENDS_BY_CODE },
  {
    file: 'test/pool/crashes.test.ts',
    test: 'a worker that is stopped by somebody else',
    on: ['win32'],
    why: NO_SIGNALS,
  },
  {
    file: 'test/pool/crashes.test.ts',
    test: 'by SIGKILL at random',
    on: ['wine'],
    why: 'a worker takes seconds to start there, and would be killed before it has started',
  },
  {
    file: 'test/pool/large.test.ts',
    test: 'never have a file with a name',
    on: ['darwin', 'win32'],
    why: NO_MEMORY_FILES,
  },
  { file: 'test/pool/life.test.ts', test: 'dies of a signal', on: ['win32'], why: NO_SIGNALS },
  { file: 'test/pool/life.test.ts', test: 'leaves no worker when it is killed', on: ['win32'], why: OTHERS_CHILDREN },
  {
    file: 'test/pool/many.test.ts',
    test: '43 100 workers',
    on: ['win32'],
    why: 'it counts descriptors, which Windows does not tell',
  },
  {
    file: 'test/pool/options.test.ts',
    test: 'work at the same time',
    on: ['wine'],
    why: 'a worker starts more slowly there than the long item lasts',
  },
  {
    file: 'test/readme.test.ts',
    test: 'every example runs and prints what it says own-group.mts',
    on: ['win32'],
    why: 'the example starts sh, which Windows does not have',
    form: 'short',
  },
  {
    file: 'test/readme.test.ts',
    test: 'README.md and docs/ every example runs and prints what it says start.mts',
    on: ['win32'],
    why: 'it prints the working directory, which is / elsewhere',
  },
  {
    file: 'test/recipes/programs.test.ts',
    on: ['win32'],
    why: 'most of its programs get signals, or run in a terminal or a container of Linux',
  },
  { file: 'test/recipes/servers.test.ts', on: ['win32'], why: OTHERS_CHILDREN },
  { file: 'test/soak.test.ts', on: ['darwin', 'win32'], why: 'it looks for processes in /proc' },
  {
    file: 'test/spares.test.ts',
    test: 'spares another working directory',
    on: ['win32'],
    why: 'it compares with the path /',
  },
  {
    file: 'test/spares.test.ts',
    test: 'spares no spare can be described',
    on: ['win32'],
    why: 'a working directory cannot be removed there',
  },
  {
    file: 'test/spares.test.ts',
    test: 'spares the parent ends',
    on: ['win32'],
    why: 'it sends signals to the parent; ends.test.ts has the same rows',
  },
  { file: 'test/supervise/stopping.test.ts', test: 'ends by SIG', on: ['win32'], why: NO_SIGNALS },
  {
    file: 'test/supervise/stopping.test.ts',
    test: 'multiple_restarts, intensity',
    on: ['wine'],
    why: 'four starts take longer there than the period of the limit',
  },
  {
    file: 'test/supervise/stopping.test.ts',
    test: 'sup_stop_timeout, hanging stop',
    on: ['win32'],
    why: 'nothing can ignore SIGTERM there',
  },
  {
    file: 'test/supervise/supervisor.test.ts',
    test: 'stop by hand of a child that ignores SIGTERM',
    on: ['win32'],
    why: 'nothing can ignore SIGTERM there',
  },
  {
    file: 'test/typescript.test.ts',
    test: 'TypeScript the tsx program',
    on: ['wine'],
    why: 'wine 8 has no bcryptprimitives.dll, which the esbuild of tsx needs',
  },
  {
    file: 'test/unit/pool/item-memory.test.ts',
    on: ['posix', 'darwin', 'win32'],
    why: NO_MEMORY_FILES,
  },
];
