import { fromSubprocess, isRemoteError, Subprocess } from 'offspring-rx';
import { retry, throwError, timer } from 'rxjs';

export class Import extends Subprocess<[attempt: number]> {
  attempt = 0;

  override init(attempt: number) {
    this.attempt = attempt;
  }

  override run() {
    if (this.attempt < 3) throw new Error('the database is not there yet');
    return 'imported';
  }
}

let attempt = 0;
fromSubprocess(
  () => new Import(++attempt), // a process for each attempt; the one before is gone by then
  task => task.result$,
)
  .pipe(
    retry({
      count: 5,
      delay(error, failures) {
        if (!isRemoteError(error)) return throwError(() => error); // a class that does not load will not load later
        console.log(`attempt ${failures}: ${error.remote.message}`);
        const ms = Math.min(100 * 2 ** (failures - 1), 10_000);
        return timer(ms * (0.8 + 0.2 * Math.random())); // so that many clients do not come back at the same time
      },
    }),
  )
  .subscribe({ next: result => console.log(result), error: error => console.error(error) });
// prints: attempt 1: the database is not there yet
// prints: attempt 2: the database is not there yet
// prints: imported
