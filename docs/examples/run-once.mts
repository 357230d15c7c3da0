import { Subprocess } from 'offspring-rx';

class MyTask extends Subprocess<[arg1: string]> {
  arg1 = '';

  // Runs in the parent and prepares the object. It takes what the constructor was given.
  override init(arg1: string) {
    this.arg1 = arg1;
  }

  // Runs in the child and does the work.
  override run() {
    console.log(`the child says: ${this.arg1}`);
  }
}

await new MyTask('this is arg1').wait();
// prints: the child says: this is arg1
