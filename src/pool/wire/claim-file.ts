/**
 * Both sides: a small file in which a worker writes which items it has begun, before it begins them. So the pool can
 * take back the other items while the worker is busy, and no item is worked on twice.
 *
 * Each side first writes, then reads. If the pool asks just as the worker begins an item, at least one of them sees
 * what the other has written: the pool leaves the item to the worker, or the worker does not begin it.
 */
import { platform } from '../../platform/platform';
import { type FileAddress, SharedFile } from './shared-file';

/** Offsets in bytes. Each field has 4 bytes. */
const BEGUN = 0;
const REQUEST = 4;
/** Two fields: the number of the request that is answered, and the answer. */
const ANSWER = 8;

/** In place of the number of items: a thread of the worker counts them, and answers each request. */
export const ASK_THREAD = 0xffff_ffff;
/** In place of the number of items: the worker has not opened the file, and may be unable to. */
export const NOT_OPEN = 0xffff_fffe;

/** Numbers of items are counted modulo this. It is far more than the items of a worker. */
const MODULUS = 2 ** 22;

/** How many items `later` is ahead of `earlier`. */
export const itemsBetween = (earlier: number, later: number): number => (later - earlier) & (MODULUS - 1);

export class ClaimFile {
  readonly #file: SharedFile;
  readonly #field = new Uint32Array(1);
  readonly #fields = new Uint32Array(2);

  private constructor(file: SharedFile) {
    this.#file = file;
  }

  /** Parent side. Undefined if the system has no such files, or no room for one. */
  static create(): ClaimFile | undefined {
    for (const folder of platform.memory.folders()) {
      const claims = ClaimFile.#createIn(folder);
      if (claims) return claims;
    }
    return undefined;
  }

  static #createIn(folder: string): ClaimFile | undefined {
    const file = SharedFile.create(folder);
    const claims = file && new ClaimFile(file);
    // The file gets its memory now, so that no later write fails.
    if (file?.write(Uint32Array.of(NOT_OPEN, 0, 0, 0), 0)) return claims;
    file?.close();
    return undefined;
  }

  /** Child side. Undefined if the file cannot be opened. */
  static open(address: FileAddress): ClaimFile | undefined {
    const file = SharedFile.open(address);
    return file && new ClaimFile(file);
  }

  get address(): FileAddress {
    return this.#file.address;
  }

  /** What a thread of the child needs to answer requests. */
  get forThread(): { descriptor: number; request: number; answer: number } {
    return { descriptor: this.#file.descriptor, request: REQUEST, answer: ANSWER };
  }

  /** Child side: writes how many items the worker has begun, or ASK_THREAD. */
  set begun(count: number) {
    this.#field[0] = count === ASK_THREAD ? count : count & (MODULUS - 1);
    this.#file.put(this.#field, BEGUN);
  }

  get begun(): number {
    return this.#read(BEGUN);
  }

  /** Parent side: asks for the items that the worker has not begun. */
  set request(id: number) {
    this.#field[0] = id;
    this.#file.put(this.#field, REQUEST);
  }

  /** The number of the last request. */
  get request(): number {
    return this.#read(REQUEST);
  }

  /** Parent side: how many items the worker had begun when its thread answered this request. */
  answerTo(id: number): number | undefined {
    this.#file.get(this.#fields, ANSWER);
    const [answered, begun] = this.#fields;
    return answered === id ? begun : undefined;
  }

  close(): void {
    this.#file.close();
  }

  #read(offset: number): number {
    this.#file.get(this.#field, offset);
    return this.#field[0] as number;
  }
}
