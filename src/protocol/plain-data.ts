/** Both sides: plain data that nobody changes any more. It is sent without another look at it. */
import { acrossCopies } from '../util/across-copies';
import { NOT_PLAIN, PlainCopier } from './plain';

/** Is sent in place of its value. The other side gets the value. */
class OwnPlainData {
  readonly value: unknown;
  /** Whether JSON returns exactly the value. */
  readonly lossless: boolean;
  /** Whether it does, and is the faster format. */
  readonly exact: boolean;
  /** Estimated size in bytes. */
  readonly size: number;

  constructor(value: unknown, { lossless, exact, size }: Pick<OwnPlainData, 'lossless' | 'exact' | 'size'>) {
    this.value = value;
    this.lossless = lossless;
    this.exact = exact;
    this.size = size;
  }
}

/** A pool may send it to a worker of another copy of the package. */
export const PlainData = acrossCopies('plain-data', () => OwnPlainData);
export type PlainData = OwnPlainData;

/** Undefined while it is in use: a getter of the value may copy another one. */
let shared: PlainCopier | undefined = new PlainCopier();

/** A copy of a value, if that is plain data. Never throws. */
export function copyPlain(value: unknown): PlainData | undefined {
  const copier = shared ?? new PlainCopier();
  shared = undefined;
  copier.reset();
  const copy = copier.copy(value);
  shared = copier;
  return copy === NOT_PLAIN ? undefined : new PlainData(copy, copier);
}
