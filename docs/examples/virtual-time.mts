import { inProcess, VirtualTime } from 'offspring-rx/testing';
import { map } from 'rxjs';
import { Heartbeat } from './heartbeat.js';

const time = new VirtualTime();
const task = inProcess(Heartbeat, [], { time });
const messages = time.record(task.message$);
const turns = time.record(task.iteration$.pipe(map(({ index }) => index)));
const states = time.record(task.state$);

await time.advance(2_500); // milliseconds
messages.expect('a 999ms b 999ms c', { a: 'beat 1', b: 'beat 2', c: 'beat 3' });
turns.expect('0 999ms 1 999ms 2', [0, 1, 2]);
states.expect('(abc)', { a: 'created', b: 'starting', c: 'running' });

const exit = task.shutdown();
await time.advance(0);
console.log((await exit).reason, 'after', time.now, 'ms');
// prints: stopped after 2500 ms
