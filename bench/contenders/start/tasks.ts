/** What a start is measured with, as CommonJS. */
import { Subprocess, SubprocessLoop } from 'offspring-rx';

export class Answer extends Subprocess<[], string> {
  override run() {
    void this.emit(String(process.hrtime.bigint()));
  }
}

export class AnswerLoop extends SubprocessLoop<[], string> {
  override loop() {
    void this.emit(String(process.hrtime.bigint()));
    return false as const;
  }
}
