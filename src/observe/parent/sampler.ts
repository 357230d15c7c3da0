/** Parent side: measures all processes whose usage somebody wants to know at the same interval. */
import { execFile } from 'node:child_process';
import type { Observer } from 'rxjs';
import { StateError } from '../../model/errors';
import type { Usage } from '../../model/types';
import { platform } from '../../platform/platform';
import type { UsageReading } from '../../platform/types';
import { now } from '../../util/clock';
import { clearTimeout, dateNow, setTimeout } from '../../util/timers';

/** ms that the command may take that tells it if the system does not tell at once. */
const COMMAND_LIMIT_MS = 10_000;

interface Measured {
  readonly observers: Set<Observer<Usage>>;
  /** The last reading, with its time of a monotonic clock in ms. */
  last: (UsageReading & { clock: number }) | undefined;
}

const samplers = new Map<number, Sampler>();

/** The sampler for all who want to know it every `interval` ms. */
export function samplerOf(interval: number): Sampler {
  const sampler = samplers.get(interval) ?? new Sampler(interval);
  samplers.set(interval, sampler);
  return sampler;
}

class Sampler {
  readonly #interval: number;
  readonly #measured = new Map<number, Measured>();
  #timer: NodeJS.Timeout | undefined;
  #isCommandRunning = false;

  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Measures a process from now on, until the returned function is called. Does not keep this process alive. */
  add(pid: number, observer: Observer<Usage>): () => void {
    const measured = this.#measured.get(pid) ?? { observers: new Set(), last: undefined };
    this.#measured.set(pid, measured);
    measured.observers.add(observer);
    // The first reading, with which the next one is compared.
    if (!measured.last) this.#measure([pid]);
    this.#timer ??= this.#plan();
    return () => {
      measured.observers.delete(observer);
      // The number may belong to another process by now.
      if (measured.observers.size === 0 && this.#measured.get(pid) === measured) this.#measured.delete(pid);
      if (this.#measured.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      if (samplers.get(this.#interval) === this) samplers.delete(this.#interval);
    };
  }

  #plan(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#timer = this.#plan();
      this.#measure([...this.#measured.keys()]);
    }, this.#interval).unref();
  }

  #measure(pids: number[]): void {
    // A process that it does not tell of has ended.
    if (platform.usage.read(process.pid)) for (const pid of pids) this.#take(pid, platform.usage.read(pid));
    else this.#runCommand(pids);
  }

  #take(pid: number, reading: UsageReading | undefined): void {
    const measured = this.#measured.get(pid);
    if (!measured || !reading) return;
    const clock = now();
    const { last } = measured;
    // It was added just before the others were due. The system's clock is too coarse for so short a time.
    if (last && clock - last.clock < this.#interval / 2) return;
    measured.last = { ...reading, clock };
    if (!last) return;
    // The clocks of the system and of this process may differ a little.
    const cpu = Math.max(0, (reading.cpu - last.cpu) / (clock - last.clock));
    const usage = { cpu, memory: reading.bytes, at: dateNow() };
    for (const observer of [...measured.observers]) observer.next(usage);
  }

  #runCommand(pids: number[]): void {
    if (this.#isCommandRunning) return;
    this.#isCommandRunning = true;
    const [file, ...args] = platform.usage.command(pids);
    const options = { encoding: 'latin1', timeout: COMMAND_LIMIT_MS, windowsHide: true, maxBuffer: 2 ** 24 } as const;
    const command = execFile(file, args, options, (error, rows, complaint) => {
      this.#isCommandRunning = false;
      // With code 1 and without a complaint, there is none of the processes any more.
      if (error && (error.code !== 1 || complaint !== '')) return this.#fail(file, `${complaint || error.message}`);
      for (const row of rows.split('\n')) {
        const reading = platform.usage.parse(row);
        if (reading) this.#take(reading.pid, reading);
      }
    });
    command.unref();
    for (const pipe of [command.stdout, command.stderr]) (pipe as unknown as { unref(): void } | null)?.unref();
  }

  #fail(file: string, why: string): void {
    const [line = ''] = why.trim().split('\n');
    const error = new StateError(
      `usage$: this system tells the usage of other processes only by ${file}, which failed (${line}): ${platform.usage.advice}`,
      { subprocess: 'usage$' },
    );
    for (const { observers } of [...this.#measured.values()])
      for (const observer of [...observers]) observer.error(error);
  }
}
