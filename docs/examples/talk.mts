import { setTimeout as sleep } from 'node:timers/promises';
import { Subprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';

type Command = { name: string };

export class Greeter extends Subprocess<[], string, Command> {
  override async run() {
    const { signal } = this; // from here on, a shutdown is ours to answer
    this.command$.subscribe(({ name }) => this.emit(`hello ${name}`));
    while (!signal.aborted) await sleep(10);
    return 'goodbye';
  }
}

const greeter = new Greeter();
await greeter.send({ name: 'Ada' }); // resolves when the child has it
console.log(await firstValueFrom(greeter.message$));
await greeter.shutdown({ grace: 1_000 }); // fires the signal; SIGKILL after 1,000 ms
console.log(await greeter.result());
// prints: hello Ada
// prints: goodbye
