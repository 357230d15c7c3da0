/** A task that has a child of its own, so many levels down. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Subprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';

export class Level extends Subprocess<[below: number], string> {
  below = 0;

  override init(below: number) {
    this.below = below;
  }

  override async run() {
    if (this.below > 0) await firstValueFrom(new Level(this.below - 1).message$);
    await this.emit('the levels below are at work');
    await sleep(1e9);
  }
}
