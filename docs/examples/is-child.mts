import { isChild, Subprocess } from 'offspring-rx';

export class Report extends Subprocess {
  override run() {
    console.log('writing the report');
  }
}

console.log(isChild ? 'loaded again, in the child' : 'loaded in the parent');

if (!isChild) {
  // Servers, timers, files to write: once, in the parent.
  await new Report().wait();
}
// prints: loaded in the parent
// prints: loaded again, in the child
// prints: writing the report
