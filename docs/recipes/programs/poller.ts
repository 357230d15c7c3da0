import { SubprocessLoop } from 'offspring-rx';

/** Asks every minute, and ever less often while there is no answer. */
export class Poller extends SubprocessLoop<[answersAfter: number], string> {
  answersAfter = 0;
  failures = 0;

  override init(answersAfter: number) {
    this.answersAfter = answersAfter;
  }

  override async loop() {
    if (this.failures >= this.answersAfter) {
      this.failures = 0;
      this.answersAfter = Number.POSITIVE_INFINITY;
      await this.emit('answer');
      return 60_000;
    }
    this.failures += 1;
    await this.emit('no answer');
    return 60_000 * 2 ** this.failures;
  }
}
