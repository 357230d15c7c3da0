/** What the soak starts: behaviours with a name. Each message is { n }, counted from 0. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Stdio, Subprocess, SubprocessLoop } from 'offspring-rx';
import { map, timer } from 'rxjs';
import { take } from 'rxjs/operators';

export interface Numbered {
  n: number;
  fill?: string;
}

/** What every task of the soak gets: how much, and how long (ms). */
export type Measures = [size: number, time: number];

abstract class Soaked<Command = never> extends Subprocess<Measures, Numbered, Command> {
  static override SHUTDOWN_GRACE = 800;
  static override STDIO: Stdio = 'ignore';
  size = 0;
  time = 0;
  override init(size: number, time: number): void | Promise<void> {
    Object.assign(this, { size, time });
  }
}

/** Sleeps, and returns its size. */
export class Returns extends Soaked {
  override async run() {
    await sleep(this.time);
    return this.size;
  }
}

/** Emits its size in messages, some of them large, and writes as many lines. */
export class Chatters extends Soaked {
  static override STDIO: Stdio = 'pipe';
  override async run() {
    for (let n = 0; n < this.size; n++) {
      await this.emit({ n, fill: 'x'.repeat(n % 10 === 0 ? 70_000 : 10) });
      console.log(`line ${n}`);
      if (n % 7 === 0) await sleep(1);
    }
    return this.size;
  }
}

export class Generates extends Soaked {
  override async *run() {
    for (let n = 0; n < this.size; n++) {
      if (n % 5 === 0) await sleep(1);
      yield { n };
    }
    return this.size;
  }
}

export class Observes extends Soaked {
  override run() {
    return timer(0, 2).pipe(
      take(this.size),
      map(n => ({ n })),
    );
  }
}

/** Answers each command, until it has had as many as its size. */
export class Answers extends Soaked<Numbered> {
  override run() {
    return new Promise<number>(resolve => {
      this.command$.subscribe(({ n }) => {
        void this.emit({ n });
        if (n + 1 === this.size) resolve(this.size);
      });
    });
  }
}

/** Ends when its signal fires. */
export class Aborts extends Soaked {
  override run() {
    return new Promise<number>(resolve => {
      this.signal.addEventListener('abort', () => resolve(this.size));
      void this.emit({ n: 0 });
    });
  }
}

/** Becomes ready, and stays. */
export class Idles extends Soaked {
  override async run() {
    await sleep(1e6);
  }
}

/** Never yields. */
export class IsBusy extends Soaked {
  override run() {
    void this.emit({ n: 0 });
    for (;;);
  }
}

/** Ignores SIGTERM. */
export class IsStubborn extends Soaked {
  static override SHUTDOWN_GRACE = 300;
  override async run() {
    process.on('SIGTERM', () => {});
    await this.emit({ n: 0 });
    await sleep(1e6);
  }
}

/** Is not interrupted by a shutdown. */
export class Finishes extends Soaked {
  static override TERMINATE_ON_SHUTDOWN = false;
  override async run() {
    await sleep(this.time);
    return this.size;
  }
}

/** Is not started until somebody does. */
export class Explicit extends Soaked {
  static override EXPLICIT_START = true;
  override run() {
    return this.size;
  }
}

abstract class Crashes extends Soaked {
  abstract crash(): unknown;
  override async run() {
    for (let n = 0; n < this.size; n++) await this.emit({ n });
    await sleep(this.time);
    return this.crash();
  }
}

export class Throws extends Crashes {
  crash() {
    throw new TypeError('thrown by the soak');
  }
}

export class ThrowsInTimer extends Crashes {
  crash() {
    setTimeout(() => {
      throw new RangeError('thrown by a timer of the soak');
    }, 1);
    return sleep(1e6);
  }
}

export class Rejects extends Crashes {
  crash() {
    void Promise.reject(new RangeError('rejected by the soak'));
    return sleep(1e6);
  }
}

export class Exits extends Crashes {
  crash() {
    process.exit(this.size % 3);
  }
}

export class Dumps extends Crashes {
  crash() {
    process.abort();
  }
}

/** Closes its standard output with words, in a stream. */
export class Complains extends Crashes {
  static override STDIO: Stdio = 'pipe';
  crash() {
    console.error('the last words');
    process.exit(4);
  }
}

export class InitThrows extends Soaked {
  override async init() {
    await sleep(1);
    throw new Error('init failed');
  }
  override run() {}
}

export class NoProgram extends Soaked {
  override forkOptions() {
    return { execPath: '/nonexistent/node' };
  }
  override run() {}
}

export class Beats extends SubprocessLoop<Measures, Numbered> {
  static override SHUTDOWN_GRACE = 800;
  static override STDIO: Stdio = 'ignore';
  size = 0;
  time = 0;
  turn = 0;
  override init(size: number, time: number) {
    Object.assign(this, { size, time });
  }
  override loop(): number | false | Promise<number | false> {
    void this.emit({ n: this.turn });
    this.turn += 1;
    return this.turn < this.size && this.time / 20;
  }
}

/** A loop whose turns take time. */
export class BeatsSlowly extends Beats {
  override async loop() {
    const outcome = super.loop();
    await sleep(10);
    return outcome;
  }
}

/** A loop that sleeps until it is stopped. */
export class Sleeps extends Beats {
  override loop() {
    super.loop();
    return 1e6;
  }
}

export class BeatsAndThrows extends Beats {
  override loop() {
    const outcome = super.loop();
    if (outcome === false) throw new Error('the last turn of the soak');
    return outcome;
  }
}

/** Has children of its own: some return, one loops on and is left to the library. */
export class Nests extends Soaked {
  static override SHUTDOWN_GRACE = 2_000;
  override async run(): Promise<number> {
    const children = Array.from({ length: 1 + (this.size % 3) }, (_, index) => new Returns(index, this.time));
    const loop = new Sleeps(1, 1);
    const values = await Promise.all(children.map(child => child.result()));
    void loop;
    return values.length;
  }
}

/** The same, and crashes while they live. */
export class NestsAndExits extends Nests {
  override async run(): Promise<number> {
    void super.run();
    await sleep(this.time);
    process.exit(3);
  }
}
