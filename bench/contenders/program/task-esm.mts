/** A task, as an ES module. */
import { Subprocess } from 'offspring-rx';

export class Answer extends Subprocess {
  override run() {
    return 42;
  }
}
