import { ofType, toState } from 'offspring-rx/operators';
import { distinctUntilChanged, map, take } from 'rxjs';
import { CountLines } from './count-lines.js';

const task = new CountLines('access.log');

const busy$ = task.event$.pipe(
  toState(),
  map(state => state === 'running'),
  distinctUntilChanged(),
);
busy$.subscribe(busy => console.log(busy ? 'busy' : 'idle'));

const firstReport$ = task.event$.pipe(ofType('message'), take(1));
firstReport$.subscribe(({ at, message }) => console.log(message, at > 0));

await task.wait();
// prints: idle
// prints: busy
// prints: { lines: 10000 } true
// prints: idle
