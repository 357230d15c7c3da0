/** Parent side: one small shell that outlives this process, and ends the children that it leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { descriptorOf } from '../process/descriptor-of';

/**
 * Reads `+ pid grace` (ms, or -1 for never by force) and `- pid`. The end of the input is the end of the parent,
 * however it died: SIGTERM to what is listed, SIGKILL once the grace of each is over. Each pid has a variable, and the
 * list is put in order only now and then: a hundred children may end at a time. Every pid is tested alone, since
 * `kill -0 a b` fails in dash as soon as one of them is gone. Not every `sleep` knows of fractions; without one, nobody
 * is killed before the time.
 */
const SCRIPT = `
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
while read -r what pid grace; do
  if [ "$what" = + ]; then
    eval "grace_$pid=$grace"
    listed="$listed $pid"
  else
    unset "grace_$pid"
    gone=$((gone + 1))
    [ "$gone" -lt 200 ] || order
  fi
done
order
for each in $listed; do
  kill -TERM "$each"
  kill -CONT "$each"
done
passed=0
while [ -n "$listed" ]; do
  kept=
  for each in $listed; do
    eval "grace=\\$grace_$each"
    kill -0 "$each" || continue
    [ "$grace" -ge 0 ] || continue
    read -r state < "/proc/$each/stat" && case $state in *') Z '*) continue ;; esac
    if [ "$passed" -ge "$grace" ]; then
      kill -KILL "$each"
    else
      kept="$kept $each"
    fi
  done
  listed=$kept
  [ -n "$listed" ] || break
  if sleep 0.1; then passed=$((passed + 100))
  elif sleep 1; then passed=$((passed + 1000))
  else break
  fi
done
`;

/** ms that it stays when there is nothing left to guard: a next child often follows soon, and starts 1 ms faster beside it. */
const LINGER = 1_000;

const guarded = new Map<number, number>();
let guardian: ChildProcess | undefined;
let leaving: NodeJS.Timeout | undefined;

/** Lists a child: once this process is gone, it gets SIGTERM, and SIGKILL after `grace` ms. */
export function guard(pid: number, grace: number): void {
  const whole = grace <= Number.MAX_SAFE_INTEGER ? Math.ceil(grace) : -1;
  if (guarded.get(pid) === whole) return;
  guarded.set(pid, whole);
  clearTimeout(leaving);
  if (guardian) tell(`+ ${pid} ${whole}`);
  else start();
}

/** The child is gone. */
export function unguard(pid: number): void {
  if (!guarded.delete(pid)) return;
  tell(`- ${pid}`);
  if (guarded.size > 0) return;
  clearTimeout(leaving);
  leaving = setTimeout(dismiss, LINGER).unref();
}

/** Written at once, since in the `exit` handler nothing is written later; and a write that waits would hold the event loop. */
function tell(line: string): void {
  const shell = guardian;
  if (!shell) return;
  try {
    const text = Buffer.from(`${line}\n`);
    if (writeSync(descriptorOf(shell.stdin), text) < text.length) replace(shell);
  } catch (error) {
    // It does not read: stopped, most likely. One that is gone is replaced when that is heard of.
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') replace(shell);
  }
}

/** Where there is no sh, children are without a guardian, and all else holds. */
function start(): void {
  if (process.platform === 'win32') return;
  try {
    // A session of its own, so that no signal to this one's group reaches it.
    const shell = spawn('/bin/sh', ['-c', SCRIPT], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
      // Not everywhere is sleep in one of the first two.
      env: { PATH: `/usr/bin:/bin:${process.env['PATH'] ?? ''}` },
    });
    shell.on('error', () => forget(shell));
    shell.on('exit', () => forget(shell));
    shell.stdin.on('error', () => {});
    shell.unref();
    (shell.stdin as unknown as { unref(): void }).unref();
    guardian = shell;
    for (const [pid, grace] of guarded) tell(`+ ${pid} ${grace}`);
  } catch {
    guardian = undefined;
  }
}

/** How often a guardian that died is replaced. */
let replacements = 3;

/** By force: one that goes on later and finds its input at an end would take this process for dead. */
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

/** It goes, if nothing is left to guard. */
export function dismiss(): void {
  if (guarded.size > 0) return;
  guardian?.stdin?.end();
  guardian = undefined;
}
