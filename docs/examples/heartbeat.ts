import { SubprocessLoop } from 'offspring-rx';

export class Heartbeat extends SubprocessLoop<[limit?: number], string> {
  limit = Number.POSITIVE_INFINITY;
  beats = 0;

  override init(limit = Number.POSITIVE_INFINITY) {
    this.limit = limit;
  }

  override async loop() {
    this.beats += 1;
    await this.emit(`beat ${this.beats}`);
    return this.beats < this.limit && 1_000; // sleeps a second
  }
}
