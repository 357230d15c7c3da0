import { Subprocess } from 'offspring-rx';

export class Primes extends Subprocess<[limit: number], number> {
  limit = 0;

  override init(limit: number) {
    this.limit = limit; // in the parent
  }

  override async run() {
    const found: number[] = []; // in the child
    for (let number = 2; number < this.limit; number++) {
      if (found.some(prime => number % prime === 0)) continue;
      found.push(number);
      await this.emit(number); // to message$
    }
    return found.length; // to result()
  }
}

const task = new Primes(20);
task.message$.subscribe(prime => console.log(prime));
console.log(await task.result(), 'primes');
// prints: 2
// prints: 3
// prints: 5
// prints: 7
// prints: 11
// prints: 13
// prints: 17
// prints: 19
// prints: 8 primes
