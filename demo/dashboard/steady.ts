/** Child: loops that do their work and end when they are asked to. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SubprocessLoop } from 'offspring-rx';

/** Prints a line every few turns, which the dashboard shows. */
export class Heartbeat extends SubprocessLoop<[], number> {
  static override STDIO = 'pipe' as const;
  beats = 0;

  override loop() {
    this.beats += 1;
    console.log(`\u001b[36mbeat\u001b[0m ${this.beats}, ${(process.memoryUsage.rss() / 1e6).toFixed(1)} MB`);
    this.emit(this.beats);
    return 1_000;
  }
}

/** Many turns a second, and a message for each. */
export class Ticker extends SubprocessLoop<[], number> {
  static override STDIO = 'pipe' as const;

  override loop() {
    this.emit(Date.now());
    return 80 + Math.random() * 60;
  }
}

/** Now and then a burst of work, which shows in its share of the processor. */
export class Indexer extends SubprocessLoop<[], string> {
  static override STDIO = 'pipe' as const;
  turn = 0;

  override async loop() {
    this.turn += 1;
    const until = Date.now() + (this.turn % 8 === 0 ? 400 : 30);
    while (Date.now() < until) Math.sqrt(Math.random());
    if (this.turn % 8 === 0) console.log(`index ${this.turn / 8} is written`);
    await sleep(120);
    return 380;
  }
}
