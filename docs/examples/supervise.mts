import { Subprocess } from 'offspring-rx';
import { supervise } from 'offspring-rx/supervise';

export class Import extends Subprocess<[attempt: number]> {
  attempt = 0;

  override init(attempt: number) {
    this.attempt = attempt;
  }

  override run() {
    if (this.attempt < 3) throw new Error('the database is not there yet');
  }
}

let attempt = 0;
const event$ = supervise(() => new Import(++attempt), {
  restart: 'on-failure',
  backoff: { initial: 100, factor: 2, jitter: 0 },
  intensity: { restarts: 3, period: 10_000 },
});

event$.subscribe({
  next(event) {
    if (event.type === 'started') console.log('start', event.attempt); // and follow event.task
    if (event.type === 'exited') console.log(event.exit.reason);
    if (event.type === 'restarting') console.log('again in', event.delay, 'ms');
  },
  error: error => console.error(error), // a RestartLimitError, after the fourth failure within 10 s
  complete: () => console.log('no further start is asked for'),
});
// prints: start 1
// prints: failed
// prints: again in 100 ms
// prints: start 2
// prints: failed
// prints: again in 200 ms
// prints: start 3
// prints: completed
// prints: no further start is asked for
