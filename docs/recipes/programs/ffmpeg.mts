import { takeUntil, timer } from 'rxjs';
import { Transcode } from './transcode.js';

const [input = 'in.mov', output = 'out.mp4'] = process.argv.slice(2);
const task = new Transcode(input, output);
task.message$.subscribe(seconds => console.log(`${seconds} s are written`));

// After ten minutes: SIGTERM to the whole group, and SIGKILL to what is left of it after 2 s.
timer(10 * 60_000)
  .pipe(takeUntil(task.exit$))
  .subscribe(() => task.shutdown({ grace: 2_000 }));

const { reason } = await task.wait();
console.log(reason);
