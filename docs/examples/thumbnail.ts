import { SubprocessWorker } from 'offspring-rx/pool';

export class Thumbnail extends SubprocessWorker<[size: number], Uint8Array, Uint8Array> {
  size = 0;

  // Once, in the parent, for each worker.
  override init(size: number) {
    this.size = size;
  }

  // In the child, for each item: returns the output, or a promise of it.
  override work(image: Uint8Array) {
    return image.filter((_, index) => index % this.size === 0);
  }
}
