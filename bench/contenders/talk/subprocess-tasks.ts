/** Child side of offspring-rx, in the three ways to send. */
import { Subprocess } from 'offspring-rx';
import { concatMap, firstValueFrom, lastValueFrom } from 'rxjs';
import { Answers } from './answers';

abstract class Talking extends Subprocess<[], unknown, object> {
  protected readonly answers = new Answers();
}

/** `emit()` in a loop. */
export class Emitting extends Talking {
  override async run() {
    await lastValueFrom(
      this.command$.pipe(
        concatMap(async message => {
          for (const answer of this.answers.to(message as never)) void this.emit(answer);
        }),
      ),
    );
  }
}

/** `await emit()` in a loop. */
export class Awaiting extends Talking {
  override async run() {
    await lastValueFrom(
      this.command$.pipe(
        concatMap(async message => {
          for (const answer of this.answers.to(message as never)) await this.emit(answer);
        }),
      ),
    );
  }
}

/** `run()` is a generator. */
export class Yielding extends Talking {
  override async *run() {
    for (;;) yield* this.answers.to((await firstValueFrom(this.command$)) as never);
  }
}
