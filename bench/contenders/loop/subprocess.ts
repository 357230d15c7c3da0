/** How much later than asked for a SubprocessLoop goes on, ms, the mean of so many turns. */
import { SubprocessLoop } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';
import { type Contender, simple } from '../../suite/group';
import { SLEEP } from './sleep';

export class Sleeping extends SubprocessLoop<[turns: number], number> {
  turns = 0;
  index = 0;
  late = 0;
  left = 0;

  override init(turns: number) {
    this.turns = turns;
  }

  override loop() {
    if (this.index > 0) this.late += performance.now() - this.left - SLEEP;
    if (this.index === this.turns) {
      void this.emit(this.late / this.turns);
      return false;
    }
    this.index += 1;
    this.left = performance.now();
    return SLEEP;
  }
}

export const sleepingLoop: Contender = simple('SubprocessLoop', async turns => {
  const task = new Sleeping(turns);
  const late = await firstValueFrom(task.message$);
  await task.wait();
  return late;
});
