import { setTimeout as sleep } from 'node:timers/promises';
import { SubprocessLoop } from 'offspring-rx';
import { firstValueFrom, take, toArray } from 'rxjs';

export class OnTheClock extends SubprocessLoop<[every: number], number> {
  every = 0;
  next = 0;

  override init(every: number) {
    this.every = every; // ms
  }

  override async begin() {
    this.next = Math.ceil(Date.now() / this.every) * this.every;
    await sleep(this.next - Date.now());
  }

  override loop() {
    this.emit(this.next / this.every); // the work of a turn
    this.next += this.every;
    return Math.max(0, this.next - Date.now());
  }
}

await using loop = new OnTheClock(100);
const [first = 0, ...rest] = await firstValueFrom(loop.message$.pipe(take(3), toArray()));
console.log(rest.map(turn => turn - first));
// prints: [ 1, 2 ]
