import { firstValueFrom } from 'rxjs';
import { CountLines } from './count-lines.js';

const task = new CountLines('access.log'); // starts by itself

task.state$.subscribe(state => console.log(state));
task.message$.subscribe(({ lines }) => console.log(lines, 'so far'));

await firstValueFrom(task.ready$);
const total = await task.result(); // a number, inferred from run()
const exit = await task.wait();
console.log(total, exit.reason, exit.code);
// prints: created
// prints: starting
// prints: running
// prints: 10000 so far
// prints: 20000 so far
// prints: exited
// prints: 25000 completed 0
