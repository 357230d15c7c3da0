/** What a start from a spare is measured with, as an ES module. */
import { Subprocess } from 'offspring-rx';

export class SparedAnswer extends Subprocess<[], string> {
  static override SPARES = 1;

  override run() {
    void this.emit(String(process.hrtime.bigint()));
  }
}
