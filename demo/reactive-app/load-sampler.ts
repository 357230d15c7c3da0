/** Child: samples the load of the machine, again and again. */
import os from 'node:os';
import { SubprocessLoop } from 'offspring-rx';

export interface LoadSample {
  /** Share of the processors that was busy since the sample before: 0 to 1. */
  cpu: number;
  cores: number;
  /** Bytes in use. */
  memory: number;
  /** Bytes that the machine has. */
  totalMemory: number;
}

export class LoadSampler extends SubprocessLoop<[period: number], LoadSample> {
  period = 0;
  last: Ticks | null = null;

  /** @param period ms between two samples */
  override init(period: number) {
    this.period = period;
  }

  override loop() {
    const now = ticks();
    // The first turn has nothing to compare with.
    if (this.last) void this.emit(sample(this.last, now));
    this.last = now;
    return this.period;
  }
}

interface Ticks {
  idle: number;
  total: number;
}

function sample(last: Ticks, now: Ticks): LoadSample {
  const total = now.total - last.total;
  const cpu = total > 0 ? 1 - (now.idle - last.idle) / total : 0;
  const totalMemory = os.totalmem();
  return { cpu, cores: os.cpus().length, memory: totalMemory - os.freemem(), totalMemory };
}

/** Ticks of all processors since the machine has started. */
function ticks(): Ticks {
  const times = os.cpus().map(({ times }) => times);
  const idle = sum(times.map(time => time.idle));
  return { idle, total: idle + sum(times.map(({ user, nice, sys, irq }) => user + nice + sys + irq)) };
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
