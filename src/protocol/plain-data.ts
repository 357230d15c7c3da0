/** Both sides: plain data that nobody changes any more. It is sent without another look at it. */
import { NOT_PLAIN, PlainCopier } from './plain';

/** Is sent in place of its value. The other side gets the value. */
export class PlainData {
  readonly value: unknown;
  /** Whether JSON returns exactly the value. */
  readonly exact: boolean;
  /** Estimated size in bytes. */
  readonly size: number;

  constructor(value: unknown, exact: boolean, size: number) {
    this.value = value;
    this.exact = exact;
    this.size = size;
  }
}

const copier = new PlainCopier();

/** A copy of a value, if that is plain data. Never throws. */
export function copyPlain(value: unknown): PlainData | undefined {
  copier.reset();
  const copy = copier.copy(value);
  return copy === NOT_PLAIN ? undefined : new PlainData(copy, copier.exact, copier.size);
}
