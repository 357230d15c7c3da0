import { SubprocessWorker } from 'offspring-rx/pool';

/** A worker of a pool. */
export class Cube extends SubprocessWorker<[plus: number], number, number> {
  plus = 0;

  override init(plus: number): void {
    this.plus = plus;
  }

  override work(side: number): number {
    return side ** 3 + this.plus;
  }
}
