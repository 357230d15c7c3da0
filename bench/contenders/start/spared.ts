/** What a start from a spare is measured with, as CommonJS. */
import { Subprocess, SubprocessLoop } from 'offspring-rx';

export class SparedAnswer extends Subprocess<[], string> {
  static override SPARES = 1;

  override run() {
    void this.emit(String(process.hrtime.bigint()));
  }
}

export class SparedAnswerLoop extends SubprocessLoop<[], string> {
  static override SPARES = 1;

  override loop() {
    void this.emit(String(process.hrtime.bigint()));
    return false as const;
  }
}
