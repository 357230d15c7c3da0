import { SubprocessWorker, WorkerPool } from 'offspring-rx/pool';

export class Fibonacci extends SubprocessWorker<[], number, number> {
  override work(n: number): number {
    return n < 2 ? n : this.work(n - 1) + this.work(n - 2);
  }
}

await using pool = new WorkerPool(Fibonacci);
console.log(await pool.run(20));
for await (const value of pool.map([10, 11, 12])) console.log(value);
// prints: 6765
// prints: 55
// prints: 89
// prints: 144
