/** A task, as CommonJS. */
import { Subprocess } from 'offspring-rx';

export class Answer extends Subprocess {
  override run() {
    return 42;
  }
}
