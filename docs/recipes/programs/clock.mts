import { take } from 'rxjs';
import { Quarter } from './quarter.js';

const task = new Quarter(Number(process.argv[2] ?? 15 * 60_000));
task.message$.pipe(take(3)).subscribe({
  next: mark => console.log(new Date(mark).toISOString()),
  complete: () => task.shutdown(),
});
