import { SubprocessLoop } from 'offspring-rx';

/** A loop that says what it does. */
export class Ticker extends SubprocessLoop<[pause: number], string> {
  pause = 0;

  override init(pause: number): void {
    this.pause = pause;
  }

  override async begin(): Promise<void> {
    await this.emit('open');
  }

  override async loop(): Promise<number> {
    await this.emit('tick');
    return this.pause;
  }

  override async end(): Promise<void> {
    await this.emit('close');
  }
}
