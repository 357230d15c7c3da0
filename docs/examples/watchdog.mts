import { isWatchdogError, Subprocess } from 'offspring-rx';
import { supervise } from 'offspring-rx/supervise';

export class Search extends Subprocess<[attempt: number], string> {
  attempt = 0;

  override init(attempt: number) {
    this.attempt = attempt;
  }

  override run() {
    for (let step = 0; step < 1_000_000; step++) {
      this.alive(); // cheap: it may be called in each step
      if (this.attempt === 1 && step === 1_000) stuck();
    }
    return 'found';
  }
}

function stuck() {
  for (;;);
}

let attempt = 0;
supervise(() => new Search(++attempt), { watchdog: 500, backoff: { initial: 1 } }).subscribe(event => {
  if (event.type !== 'exited') return;
  const { reason, cause, error } = event.exit;
  console.log(cause ?? reason);
  if (isWatchdogError(error)) console.log(error.where.state, error.where.stack.includes('at stuck ('));
});
// prints: watchdog
// prints: busy true
// prints: completed
