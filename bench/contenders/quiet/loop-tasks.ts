/** A loop with nothing to do. */
import { SubprocessLoop } from 'offspring-rx';

export class Resting extends SubprocessLoop<[sleep: number]> {
  sleep = 0;

  override init(sleep: number) {
    this.sleep = sleep;
  }

  override loop() {
    return this.sleep;
  }
}
