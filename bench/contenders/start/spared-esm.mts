/** What a start from a spare is measured with, as an ES module. */
import { Subprocess } from 'offspring-rx';

export class SparedAnswer extends Subprocess<[], string> {
  override run() {
    void this.emit(String(process.hrtime.bigint()));
  }
}

// Set this way, it also compiles for a version that has no spares.
Object.assign(SparedAnswer, { SPARES: 1 });
