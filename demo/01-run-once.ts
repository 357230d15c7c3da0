/** Runs a unit of work once, in a child process, and waits for it. */
import { Subprocess } from 'offspring-rx';

class MyTask extends Subprocess<[arg1: string]> {
  arg1 = '';

  override init(arg1: string) {
    // This is run in the parent process and prepares the object.
    // It receives whatever arguments were supplied to the constructor.
    this.arg1 = arg1;
  }

  override run() {
    // This is run in the child process and completes your work.
    console.log(`child   ${process.pid}  run() with '${this.arg1}'`);
  }
}

void new MyTask('this is arg1').wait().then(exit => {
  console.log(`parent  ${process.pid}  ${exit.subprocess} ${exit.reason}, code ${exit.code}`);
});
