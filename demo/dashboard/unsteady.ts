/** Child: loops that fail: one throws now and then, one hangs, and one does not end in time. */
import { SubprocessLoop } from 'offspring-rx';

/** Throws after ten seconds or so. */
export class Flaky extends SubprocessLoop<[], number> {
  static override STDIO = 'pipe' as const;
  left = 0;

  override init() {
    this.left = 15 + Math.floor(Math.random() * 25);
  }

  override loop() {
    this.left -= 1;
    this.emit(this.left);
    if (this.left === 3) console.error('the feed answers slowly');
    if (this.left <= 0) throw new Error('the feed has closed the connection');
    return 300;
  }
}

/** Blocks its event loop after fifteen seconds or so. Its watchdog ends it. */
export class Hanger extends SubprocessLoop {
  static override STDIO = 'pipe' as const;
  static override SHUTDOWN_GRACE = 1_000;
  left = 0;

  override init() {
    this.left = 20 + Math.floor(Math.random() * 30);
  }

  override loop() {
    this.left -= 1;
    while (this.left <= 0);
    return 400;
  }
}
