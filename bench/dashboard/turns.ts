/** Child: a loop that turns and emits at a given pace. */
import { SubprocessLoop } from 'offspring-rx';

export class Turns extends SubprocessLoop<[pause: number], number> {
  static override STDIO = 'pipe' as const;
  pause = 0;
  turn = 0;

  override init(pause: number) {
    this.pause = pause;
  }

  override loop() {
    this.turn += 1;
    this.emit(this.turn);
    return this.pause;
  }
}
