import { Subprocess } from 'offspring-rx';

/** A task that runs once. */
export class Area extends Subprocess<[width: number, height: number]> {
  width = 0;
  height = 0;

  override init(width: number, height: number): void {
    this.width = width;
    this.height = height;
  }

  override run(): number {
    return this.width * this.height;
  }
}
