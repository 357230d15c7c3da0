import { setTimeout as sleep } from 'node:timers/promises';
import { Subprocess } from 'offspring-rx';

export class Promised extends Subprocess {
  static override WAIT_FOR_CHILD = true;

  override run() {
    console.log('this always prints');
  }
}

export class Patient extends Subprocess {
  static override TERMINATE_ON_SHUTDOWN = false;

  override async run() {
    await sleep(500);
    console.log('and so does this');
  }
}

new Promised();
new Patient();
// prints: this always prints
// prints: and so does this
