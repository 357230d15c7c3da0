/** What the start is measured with, as CommonJS. */
import { Subprocess, SubprocessLoop } from 'offspring-rx';

export class Answer extends Subprocess<[], string> {
  override run() {
    void this.emit('here');
  }
}

export class AnswerLoop extends SubprocessLoop<[], string> {
  override loop() {
    void this.emit('here');
    return false as const;
  }
}
