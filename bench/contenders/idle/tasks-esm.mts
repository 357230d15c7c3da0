/** What does nothing, as an ES module. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Subprocess, SubprocessLoop } from 'offspring-rx';

export class Idling extends Subprocess<[], string> {
  override async run() {
    await this.emit('at work');
    await sleep(1e9);
  }
}

export class IdlingLoop extends SubprocessLoop<[], string> {
  override loop() {
    void this.emit('at work');
    return 1e9;
  }
}
