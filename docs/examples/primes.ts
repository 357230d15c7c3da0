import { Subprocess } from 'offspring-rx';

export class Primes extends Subprocess<[limit: number], number> {
  limit = 0;

  // In the parent: takes what the constructor was given.
  override init(limit: number) {
    if (limit > 1_000_000) throw new RangeError('that takes too long');
    this.limit = limit;
  }

  // In the child: does the work.
  override async run() {
    let count = 0;
    for (let number = 2; number < this.limit; number++) {
      if (!isPrime(number)) continue;
      count += 1;
      if (count % 1_000 === 0) await this.emit(number); // to message$
    }
    return count; // to result()
  }
}

function isPrime(number: number) {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}
