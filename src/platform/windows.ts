/** Both sides: Windows. Loaded nowhere else. */
import { constants, fstatSync } from 'node:fs';
import type { Platform } from './types';

/** Exit code of a process that Ctrl-C ended: STATUS_CONTROL_C_EXIT. */
const CTRL_C_CODE = 0xc000013a;
/** The bits of a mode that tell the type of a file, and those of a pipe. Node may not list them there. */
const { S_IFMT = 0xf000, S_IFIFO = 0x1000 } = constants;

/**
 * Kills, with all that they have started, those that a process has started, which has ended. An older process may name
 * the same number as its parent, since numbers are soon given again.
 * https://learn.microsoft.com/windows-server/administration/windows-commands/taskkill
 */
export const orphanKiller = (pid: number, since: number): string =>
  [
    `$since = [DateTimeOffset]::FromUnixTimeMilliseconds(${since}).LocalDateTime;`,
    `Get-CimInstance Win32_Process -Filter 'ParentProcessId = ${pid}' |`,
    'Where-Object { $_.CreationDate -ge $since } |',
    'ForEach-Object { taskkill /T /F /PID $_.ProcessId }',
  ].join(' ');

export const windows: Platform = {
  channel: {
    // One pipe for each direction: while one thread waits to read from a pipe, no other can write to the same handle.
    orders: 3,
    reports: 4,
    readsAtOnce: false,
    // isFIFO() is false for every file: https://github.com/nodejs/node/blob/main/lib/internal/fs/utils.js
    isPipe: descriptor => (Number(fstatSync(descriptor, { bigint: true }).mode) & S_IFMT) === S_IFIFO,
    // The queue of the stream takes one write at a time, and goes on in the event loop, which a process that exits no
    // longer has. The system takes any number of writes, in order.
    writePast: (pipe, bytes) => pipe._write(bytes, 'buffer' as BufferEncoding, () => {}),
  },
  stop: {
    hasSigterm: false,
    groupSignals: ['SIGINT', 'SIGHUP', 'SIGBREAK'],
    resume() {},
    // It would end this process at once, with code 1. https://nodejs.org/api/process.html#signal-events
    raise: () => false,
    signalOf: code => (code === CTRL_C_CODE ? 'SIGINT' : null),
  },
  tree: {
    hasGroups: false,
    // If taskkill ended the process, Node would not tell by which signal. So only the rest is left to taskkill.
    signal: (leader, signal) => signal === 'SIGCONT' || leader.kill(signal),
    killRest(pid, since) {
      const { spawn } = require('node:child_process') as typeof import('node:child_process');
      const args = ['-NoProfile', '-NonInteractive', '-Command', orphanKiller(pid, since)];
      // Detached, it outlives this process, which may be about to exit.
      const killer = spawn('powershell', args, { stdio: 'ignore', windowsHide: true, detached: true });
      killer.on('error', () => {});
      killer.unref();
    },
  },
  watch: {
    // libuv puts children into a job, which the system ends with its last process outside of the job.
    // https://github.com/libuv/libuv/blob/v1.x/src/win/process.c (uv__init_global_job_handle)
    needsGuardian: false,
    // The parent's end of a pipe has no descriptor.
    readsWhileBlocked: false,
    isRunning(pid) {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    },
  },
  // https://learn.microsoft.com/windows-server/administration/windows-commands/tasklist
  resident: {
    read: () => undefined,
    command: () => ['tasklist', '/FO', 'CSV', '/NH'],
    parse(row) {
      // "node.exe","1234","Console","1","45,678 K": the last has the separators of the user's language.
      const [, pid, kilobytes = ''] = /^"[^"]*","(\d+)",.*"([^"]*)K"\s*$/.exec(row) ?? [];
      return pid === undefined
        ? undefined
        : { pid: Number(pid), bytes: Number(kilobytes.replaceAll(/\D/g, '')) * 1024 };
    },
  },
  // https://learn.microsoft.com/powershell/module/microsoft.powershell.management/get-process
  usage: {
    read: () => undefined,
    command: pids => [
      'powershell',
      '-NoProfile',
      '-NonInteractive',
      '-Command',
      `Get-Process -Id ${pids.join()} -ErrorAction SilentlyContinue | ForEach-Object { '{0} {1} {2}' -f $_.Id, $_.WorkingSet64, [long]$_.TotalProcessorTime.TotalMilliseconds }`,
    ],
    parse(row) {
      const [, pid, bytes, cpu] = /^(\d+) (\d+) (\d+)\s*$/.exec(row) ?? [];
      return pid === undefined ? undefined : { pid: Number(pid), bytes: Number(bytes), cpu: Number(cpu) };
    },
    advice: 'put powershell.exe on the PATH',
  },
  // A temporary file was measured under wine: it carries as much as the channel, and it leaves data on the disk.
  memory: {
    folders: () => [],
    freeBytes: () => 0,
    create() {
      throw new Error('no folder has files in memory');
    },
  },
  // It is the title of the console, which the parent has too.
  showsTitles: false,
  // The case of names does not matter.
  nameIn(env, name) {
    if (env[name] !== undefined) return name;
    return Object.keys(env).find(each => each.toUpperCase() === name.toUpperCase());
  },
};
