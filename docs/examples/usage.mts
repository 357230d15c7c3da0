import { Subprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';

export class Busy extends Subprocess {
  override run() {
    for (;;); // it cannot answer, and need not
  }
}

const busy = new Busy();
const exit = busy.wait(); // keeps this process alive: usage$ does not
const { cpu, memory } = await firstValueFrom(busy.usage$());
console.log(cpu > 0, memory > 10 * 1024 * 1024);
void busy.shutdown();
await exit;
// prints: true true
