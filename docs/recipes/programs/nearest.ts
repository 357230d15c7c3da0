import { SubprocessWorker } from 'offspring-rx/pool';

export interface Table {
  names: string[];
  positions: Float64Array;
}

/** Finds the name whose position is nearest. */
export class Nearest extends SubprocessWorker<[], number, string, Table> {
  override work(wanted: number) {
    const { names, positions } = this.shared;
    let best = 0;
    for (let at = 1; at < positions.length; at++) {
      if (Math.abs(positions[at]! - wanted) < Math.abs(positions[best]! - wanted)) best = at;
    }
    return names[best] ?? '';
  }
}
