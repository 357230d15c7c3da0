/** What the start is measured with, as an ES module. */
import { Subprocess, SubprocessLoop } from 'offspring-rx';

export class Answer extends Subprocess<[], bigint> {
  override run() {
    void this.emit(process.hrtime.bigint());
  }
}

export class AnswerLoop extends SubprocessLoop<[], bigint> {
  override loop() {
    void this.emit(process.hrtime.bigint());
    return false as const;
  }
}
