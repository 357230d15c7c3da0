/** The kinds of child that are measured. Each notes into a file what the table has to tell. */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Subprocess, SubprocessLoop } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';

/** ms, of every kind. */
export const GRACE = 1_000;
/** ms of a turn that has to be finished, and of work that is not interrupted. */
export const WORK = 800;

abstract class Measured<Message = string> extends Subprocess<[log: string], Message> {
  static override SHUTDOWN_GRACE = GRACE;
  log = '';
  override init(log: string) {
    this.log = log;
  }
}

export class Idle extends Measured {
  override async run() {
    await this.emit('at work');
    await sleep(1e6);
  }
}

export class Busy extends Measured {
  override run() {
    void this.emit('at work');
    for (;;);
  }
}

export class Stubborn extends Measured {
  override async run() {
    process.on('SIGTERM', () => {});
    await this.emit('at work');
    await sleep(1e6);
  }
}

export class BusyStubborn extends Measured {
  override run() {
    process.on('SIGTERM', () => {});
    void this.emit('at work');
    for (;;);
  }
}

export class Finishing extends Measured {
  static override TERMINATE_ON_SHUTDOWN = false;
  override async run() {
    await this.emit('at work');
    await sleep(WORK);
    appendFileSync(this.log, 'run() finished\n');
  }
}

/** Has a child of its own, which has one, so many generations deep. */
export class Deep extends Subprocess<[log: string, generations?: number], string> {
  static override SHUTDOWN_GRACE = GRACE;
  log = '';
  generations = 0;
  override init(log: string, generations = 3) {
    Object.assign(this, { log, generations });
  }
  override async run() {
    if (this.generations > 1) {
      const child = new Deep(this.log, this.generations - 1);
      await firstValueFrom(child.message$);
      await this.emit('at work');
      await child.wait();
      return;
    }
    await this.emit('at work');
    await sleep(1e6);
  }
}

export class AsleepLoop extends SubprocessLoop<[log: string], string> {
  static override SHUTDOWN_GRACE = GRACE;
  log = '';
  override init(log: string) {
    this.log = log;
  }
  override loop(): number | Promise<number> {
    void this.emit('at work');
    return 1e6;
  }
  override end() {
    appendFileSync(this.log, 'end() ran\n');
  }
}

export class WorkingLoop extends AsleepLoop {
  override async loop() {
    void this.emit('at work');
    await sleep(WORK);
    return 1e6;
  }
}

/** Returns at once. */
export class Returning extends Subprocess<[], never> {
  static override SHUTDOWN_GRACE = GRACE;
  override run() {
    return 1;
  }
}
