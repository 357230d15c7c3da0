/** Child side: `await emit()` in a loop, once it is told to. */
import { Subprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';
import { item } from '../talk/answers';

export class Flooding extends Subprocess<[], ReturnType<typeof item>, number> {
  override async run() {
    const count = await firstValueFrom(this.command$);
    for (let index = 0; index < count; index++) await this.emit(item(index));
  }
}
