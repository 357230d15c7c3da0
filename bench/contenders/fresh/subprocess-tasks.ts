/** Child side: `emit()` of a fresh child. */
import { Subprocess } from 'offspring-rx';
import { item } from '../talk/answers';
import { AWAITED } from './fresh';

export class Sending extends Subprocess<[count: number], unknown> {
  count = 0;

  override init(count: number) {
    this.count = count;
  }

  override async run() {
    void this.emit(String(process.hrtime.bigint()));
    for (let index = 1; index <= this.count; index++) {
      const sent = this.emit(item(index));
      if (index % AWAITED === 0) await sent;
    }
  }
}
