import { SubprocessLoop } from 'offspring-rx';

/** Works at each full `period` of the clock: with 900,000 ms at 9:00, 9:15, 9:30 and so on, in UTC. */
export class Quarter extends SubprocessLoop<[period?: number], number> {
  period = 0;
  latest = 0;

  override init(period = 15 * 60_000) {
    this.period = period;
  }

  override begin() {
    this.latest = this.mark(); // the one that has passed already is none of ours
  }

  override async loop() {
    const mark = this.mark();
    if (mark > this.latest) {
      this.latest = mark;
      await this.emit(mark); // the work; `mark` is the time for which it is done
    }
    return this.period - (Date.now() % this.period); // however long the work took
  }

  mark() {
    return Date.now() - (Date.now() % this.period);
  }
}
