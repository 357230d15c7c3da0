/** Shows how far it is: one line that is rewritten, or a line every few seconds where nobody watches. */
const PLAIN_PAUSE = 5_000;

export class Progress {
  readonly #tty = process.stdout.isTTY === true;
  #shown = 0;

  show(text: string): void {
    if (this.#tty) {
      process.stdout.write(`\r\x1b[K${text}`);
      return;
    }
    if (performance.now() - this.#shown < PLAIN_PAUSE) return;
    this.#shown = performance.now();
    console.log(text);
  }

  /** A line that stays. */
  say(text: string): void {
    if (this.#tty) process.stdout.write('\r\x1b[K');
    console.log(text);
  }
}
