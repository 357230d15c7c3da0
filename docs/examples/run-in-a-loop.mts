import { SubprocessLoop } from 'offspring-rx';

class MyTask extends SubprocessLoop<[arg1: string]> {
  arg1 = '';
  turns = 0;

  // Runs in the parent, as in Subprocess.
  override init(arg1: string) {
    this.arg1 = arg1;
  }

  // Runs in the child, once, before the loop.
  override begin() {
    console.log('begin');
  }

  // Runs in the child, again and again. Returns the milliseconds to sleep, or false to end.
  override loop() {
    console.log(this.arg1, this.turns);
    this.turns += 1;
    return this.turns < 3 ? 100 : false;
  }

  // Runs in the child, once, after the loop.
  override end() {
    console.log('end');
  }
}

await new MyTask('turn').wait();
// prints: begin
// prints: turn 0
// prints: turn 1
// prints: turn 2
// prints: end
