/** Child: a loop that crashes after so many turns. */
import { SubprocessLoop } from 'offspring-rx';
import type { Fate } from './fate';

/** ms. */
const PAUSE = 100;

/** Blocks the event loop. No signal but SIGKILL ends this process then. */
function hang(): never {
  for (;;);
}

export class Mortal extends SubprocessLoop<[fate: Fate]> {
  fate: Fate = { turns: 0, crash: 'throws' };

  override init(fate: Fate) {
    this.fate = fate;
  }

  override loop() {
    this.fate.turns -= 1;
    if (this.fate.turns > 0) return PAUSE;
    if (this.fate.crash === 'exits') process.exit(3);
    if (this.fate.crash === 'dies') process.kill(process.pid, 'SIGKILL');
    if (this.fate.crash === 'hangs') hang();
    throw new Error('out of luck');
  }
}
