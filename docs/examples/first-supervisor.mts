import { Subprocess } from 'offspring-rx';
import { supervise } from 'offspring-rx/supervise';

export class Fetch extends Subprocess {
  override run() {
    throw new Error('the server is down');
  }
}

supervise(() => new Fetch(), { backoff: { initial: 100 }, intensity: { restarts: 2 } }).subscribe({
  next: event => console.log(event.type),
  error: error => console.log(error.name),
});
// prints: started
// prints: exited
// prints: restarting
// prints: started
// prints: exited
// prints: restarting
// prints: started
// prints: exited
// prints: gave-up
// prints: RestartLimitError
