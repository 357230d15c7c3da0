import { Subprocess } from 'offspring-rx';
import { firstValueFrom, type Observable, take, timer, toArray } from 'rxjs';

export class Halves extends Subprocess {
  override *run() {
    yield 'first'; // to message$
    yield 'second';
    return 2; // to result$
  }
}

export class Ticks extends Subprocess {
  override run(): Observable<number> {
    return timer(0, 10).pipe(take(3)); // to message$; the result is void
  }
}

const halves = new Halves();
console.log(await firstValueFrom(halves.message$.pipe(toArray())));
console.log(await halves.result());
console.log(await firstValueFrom(new Ticks().message$.pipe(toArray())));
// prints: [ 'first', 'second' ]
// prints: 2
// prints: [ 0, 1, 2 ]
