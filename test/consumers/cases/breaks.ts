import { Subprocess } from 'offspring-rx';

/** Types, which are gone from what runs. So the line of the error differs if nothing maps it back. */
export interface Plate {
  material: string;
  price?: number;
}
export type Shelf = Record<string, Plate>;

/** A task that throws. */
export class Breaks extends Subprocess {
  override run(): number {
    const shelf: Shelf = { top: { material: 'glass' } };
    throw new RangeError(`broken ${(shelf['top'] as Plate).material}`);
  }
}
