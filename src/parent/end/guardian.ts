/** Parent side: runs the guardian, a small shell that ends the children of this process if it dies without doing so. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import { PROC } from '../../platform/linux';
import { platform } from '../../platform/platform';
import { isFull } from '../../protocol/pipe';
import { block, now } from '../../util/clock';
import { clearTimeout, setTimeout } from '../../util/timers';
import { descriptorOf } from '../spawn/descriptor-of';

/**
 * Reads lines: `+ pid grace` adds a child, `- pid` removes it. The grace is in ms; with -1, the child is never killed.
 * `+ pid grace 1` adds a child that leads a process group. The signals go to the group, and what is left of the group is
 * killed when the child is gone.
 * The input ends when the parent has died, in whatever way. Then each listed child gets SIGTERM, and SIGKILL once its
 * grace is over. After `= pid 1`, a child gets no SIGTERM, since it raises one itself; `= pid 0` takes that back.
 *
 * A hundred children may end at the same time, so a removal must be fast: it only unsets the variable of the pid. The
 * list is cleaned up after 200 removals. Each pid is tested alone, since `kill -0 a b` fails in dash if one of the two
 * has ended. Some versions of `sleep` do not support fractions, so the script falls back to a whole second. Without any
 * `sleep`, it kills only children whose grace is 0.
 *
 * The shell gets the script in a variable of its environment, and evaluates it. As an argument, it would fill the line
 * of `ps`. A file of the package may be out of reach of a shell, and dash reads ahead where it reads a script from its
 * input.
 */
const SCRIPT = `
unset guardian
trap '' INT TERM HUP
listed=
gone=0
order() {
  kept=
  for each in $listed; do
    eval "grace=\\\${grace_$each-}"
    [ -n "$grace" ] && kept="$kept $each"
  done
  listed=$kept
  gone=0
}
is_gone() {
  kill -0 "$1" || return 0
  if read -r state < "${PROC}/$1/stat"; then
    case $state in *') Z '*) return 0 ;; esac
  else
    case $(/bin/ps -o stat= -p "$1") in Z*) return 0 ;; esac
  fi
  return 1
}
while read -r what pid grace group; do
  case $what in
  +)
    eval "grace_$pid=$grace group_$pid=$group"
    listed="$listed $pid"
    ;;
  =)
    eval "raises_$pid=$grace"
    ;;
  *)
    unset "grace_$pid" "group_$pid" "raises_$pid"
    gone=$((gone + 1))
    [ "$gone" -lt 200 ] || order
    ;;
  esac
done
order
for each in $listed; do
  eval "raises=\\\${raises_$each-} target=\\\${group_$each:+-}$each"
  [ "$raises" = 1 ] || kill -TERM "$target"
  kill -CONT "$target"
done
passed=0
while [ -n "$listed" ]; do
  kept=
  for each in $listed; do
    eval "grace=\\$grace_$each group=\\$group_$each"
    is_gone "$each" && ended=1 || ended=
    if [ -n "$ended" ] && [ -n "$group" ]; then
      kill -KILL "-$each"
    elif [ -n "$ended" ]; then
      :
    elif [ "$grace" -ge 0 ] && [ "$passed" -ge "$grace" ]; then
      kill -KILL "\${group:+-}$each"
    elif [ "$grace" -ge 0 ] || [ -n "$group" ]; then
      kept="$kept $each"
    fi
  done
  listed=$kept
  [ -n "$listed" ] || break
  if [ "$passed" -lt 10000 ] && sleep 0.1; then passed=$((passed + 100))
  elif sleep 1; then passed=$((passed + 1000))
  else break
  fi
done
`;

/** What `ps` shows after `/bin/sh`. The last words are the name of the shell and its first parameter: they only inform. */
const commandLine = () => ['-c', 'eval "$guardian"', 'offspring-rx-guardian', `of-${process.pid}`];

/** ms that the guardian stays without children. Another child often follows soon, and starts 1 ms faster then. */
const LINGER_MS = 1_000;

/** ms that a process waits for the end of its guardian. It mostly takes 1 ms. */
const LONGEST_DISMISSAL_MS = 500;

/** ms that this process blocks while the pipe to the shell is full. The pipe holds a few hundred lines. */
const FULL_PIPE_MS = 200;

/** Each child by its pid, as what follows the pid in its line: the grace, and 1 if it leads a group. */
const guarded = new Map<number, string>();
/** The guarded children that raise SIGTERM themselves. */
const raising = new Set<number>();
let guardian: ChildProcess | undefined;
let dismissal: NodeJS.Timeout | undefined;

/**
 * Adds a child. If this process dies, the child gets SIGTERM, and SIGKILL `grace` ms later. If the child leads a group,
 * the group gets both, and SIGKILL when the child is gone.
 */
export function guard(pid: number, grace: number, leadsGroup = false): void {
  const wholeMs = grace <= Number.MAX_SAFE_INTEGER ? Math.ceil(grace) : -1;
  const terms = `${wholeMs}${leadsGroup ? ' 1' : ''}`;
  if (guarded.get(pid) === terms) return;
  guarded.set(pid, terms);
  clearTimeout(dismissal);
  if (guardian) writeLine(`+ ${pid} ${terms}`);
  else start();
}

/** Adds a child that leads a group and shall survive this process. What is left of the group is killed when it is gone. */
export function guardRest(pid: number): void {
  guard(pid, Number.POSITIVE_INFINITY, true);
  setRaisesSigterm(pid, true);
}

/** Sets whether a child raises SIGTERM itself if this process dies. By default, the guardian sends it. */
export function setRaisesSigterm(pid: number, isRaising: boolean): void {
  if (!guarded.has(pid) || raising.has(pid) === isRaising) return;
  if (isRaising) raising.add(pid);
  else raising.delete(pid);
  writeLine(`= ${pid} ${isRaising ? 1 : 0}`);
}

/** Removes a child that has ended, or that shall survive this process. */
export function unguard(pid: number): void {
  if (!guarded.delete(pid)) return;
  raising.delete(pid);
  writeLine(`- ${pid}`);
  if (guarded.size > 0) return;
  clearTimeout(dismissal);
  dismissal = setTimeout(dismiss, LINGER_MS).unref();
}

/** Writes synchronously: the `exit` handler cannot write later, and a pending write would keep the event loop alive. */
function writeLine(line: string): void {
  const shell = guardian;
  if (!shell) return;
  let rest = Buffer.from(`${line}\n`);
  for (const start = now(); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(descriptorOf(shell.stdin), rest));
    } catch (error) {
      // If the shell has ended, its 'exit' event leads to a new one.
      if (!isFull(error)) return;
      // The shell may have just begun to read, or have many lines to read. One that is stopped never reads.
      if (now() - start > FULL_PIPE_MS) return replace(shell);
      block(1);
    }
  }
}

/** Starts the guardian, if the platform needs one. Without /bin/sh there is none, and everything else works. */
function start(): void {
  if (!platform.watch.needsGuardian) return;
  try {
    const shell = spawn('/bin/sh', commandLine(), {
      stdio: ['pipe', 'ignore', 'ignore'],
      // A session of its own, so that signals to the process group of this process do not reach it.
      detached: true,
      cwd: '/',
      // On some systems, `sleep` is in neither of the first two directories.
      env: { PATH: `/usr/bin:/bin:${process.env['PATH'] ?? ''}`, guardian: SCRIPT },
    });
    shell.on('error', () => forget(shell));
    shell.on('exit', () => forget(shell));
    shell.stdin.on('error', () => {});
    shell.unref();
    (shell.stdin as unknown as { unref(): void }).unref();
    guardian = shell;
    if (isLogging) debugLog('guardian', `process ${shell.pid} ends the children if this process dies without doing so`);
    const lines = [...guarded].map(([pid, terms]) => `+ ${pid} ${terms}`);
    writeLine([...lines, ...[...raising].map(pid => `= ${pid} 1`)].join('\n'));
  } catch (error) {
    guardian = undefined;
    if (isLogging) debugLog('guardian', `there is none: ${error}`);
  }
}

/** How many more times a guardian that died is replaced. */
let replacements = 3;

/** Kills the old guardian. If it went on, it would find the end of its input, and take this process for dead. */
function replace(shell: ChildProcess): void {
  shell.kill('SIGKILL');
  shell.stdin?.destroy();
  forget(shell);
}

function forget(shell: ChildProcess): void {
  if (guardian !== shell) return;
  guardian = undefined;
  if (guarded.size === 0 || replacements === 0) return;
  replacements -= 1;
  start();
}

/**
 * Ends the guardian if there are no children, and resolves when it has ended. If this process ended first, the guardian
 * would stay a zombie in a container whose process 1 does not collect zombies.
 */
export async function endGuardian(): Promise<void> {
  const shell = guardian;
  dismiss();
  if (!shell || guardian) return;
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, LONGEST_DISMISSAL_MS);
    shell.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Ends the guardian if there are no children. */
export function dismiss(): void {
  if (guarded.size > 0) return;
  guardian?.stdin?.end();
  guardian = undefined;
}
