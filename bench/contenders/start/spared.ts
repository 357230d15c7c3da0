/** What a start from a spare is measured with, as CommonJS. */
import { Subprocess, SubprocessLoop } from 'offspring-rx';

export class SparedAnswer extends Subprocess<[], string> {
  override run() {
    void this.emit(String(process.hrtime.bigint()));
  }
}

export class SparedAnswerLoop extends SubprocessLoop<[], string> {
  override loop() {
    void this.emit(String(process.hrtime.bigint()));
    return false as const;
  }
}

// Set this way, it also compiles for a version that has no spares.
Object.assign(SparedAnswer, { SPARES: 1 });
Object.assign(SparedAnswerLoop, { SPARES: 1 });
