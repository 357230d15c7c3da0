/** Both sides: Windows. Loaded nowhere else. */
import { constants, fstatSync } from 'node:fs';
import type { Platform } from './types';

/** Exit code of a process that Ctrl-C ended: STATUS_CONTROL_C_EXIT. */
const CTRL_C_CODE = 0xc000013a;
/** The bits of a mode that tell the type of a file, and those of a pipe. Node may not list them there. */
const { S_IFMT = 0xf000, S_IFIFO = 0x1000 } = constants;

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
  // A temporary file was measured under wine: it carries as much as the channel, and it leaves data on the disk.
  memory: {
    folders: () => [],
    freeBytes: () => 0,
    create() {
      throw new Error('no folder has files in memory');
    },
  },
  // The case of names does not matter.
  nameIn(env, name) {
    if (env[name] !== undefined) return name;
    return Object.keys(env).find(each => each.toUpperCase() === name.toUpperCase());
  },
};
