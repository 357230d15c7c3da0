import { SubprocessLoop } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';

export class Ticker extends SubprocessLoop<[every: number], string> {
  every = 0;

  override init(every: number) {
    this.every = every;
  }

  override loop() {
    this.emit('tick');
    return this.every;
  }

  override end() {
    this.emit('end');
  }
}

const ticker = new Ticker(60_000);
ticker.message$.subscribe(message => console.log(message));

const turn = await firstValueFrom(ticker.iteration$); // { index, duration, sleep }
console.log(turn.index, turn.sleep);

const exit = await ticker.shutdown(); // wakes the sleep, and end() runs
console.log(exit.reason, exit.forced);
// prints: tick
// prints: 0 60000
// prints: end
// prints: stopped false
