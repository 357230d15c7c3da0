/** Runs a unit of work in a loop, in a child process, follows its turns as a stream, and shuts it down. */
import { isChild, SubprocessLoop } from 'offspring-rx';
import { lastValueFrom, take, tap } from 'rxjs';

export class MyTask extends SubprocessLoop<[arg1: string]> {
  arg1 = '';
  turn = 0;

  override init(arg1: string) {
    // This is the same as init for Subprocess.
    this.arg1 = arg1;
  }

  override begin() {
    // Called in the child process, before the loop starts.
    console.log(`child   begin() with '${this.arg1}'`);
  }

  override loop() {
    // Called in the child process, again and again. Returns the ms to sleep until the next turn, or false to stop.
    this.turn += 1;
    return this.turn * 100;
  }

  override end() {
    // Called in the child process once the loop is over, however it ended.
    console.log(`child   end() after ${this.turn} turns`);
  }
}

async function main() {
  const task = new MyTask('this is arg1');
  task.state$.subscribe(state => console.log(`parent  ${state}`));

  const turn$ = task.iteration$.pipe(
    tap(({ index, sleep }) => console.log(`parent  turn ${index}, then ${sleep} ms of sleep`)),
    take(4),
  );
  await lastValueFrom(turn$);

  const exit = await task.shutdown(); // wakes it from its sleep of 400 ms
  console.log(`parent  ${exit.subprocess} ${exit.reason}`);
}

// The child loads this file too, for the class: only the parent is to go on from here.
if (!isChild) void main();
