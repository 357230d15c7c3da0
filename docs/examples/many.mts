import { setTimeout as sleep } from 'node:timers/promises';
import { Subprocess } from 'offspring-rx';

export class Numbers extends Subprocess<[], number> {
  override async run() {
    for (let number = 0; number < 50_000; number++) await this.emit(number);
  }
}

let count = 0;
for await (const number of new Numbers().messages()) {
  if (number % 10_000 === 0) await sleep(10); // meanwhile the child waits
  count += 1;
}
console.log(count);
// prints: 50000
