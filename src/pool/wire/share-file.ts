/** Both sides: the value of the option `share`, in a file in memory that each worker reads once. */

import type { ErrorDetails } from '../../protocol/error-details';
import { encodeV8, readHead } from '../../protocol/frames';
import { type FileAddress, SharedFile } from './shared-file';

/** How a worker gets the value: from a file, or by a command if there is no file. */
export interface ShareToken {
  file?: FileAddress;
  /** The length of the frame at the start of the file, in bytes. Large views follow it. */
  head: number;
}

/** Encodes the value. The parts are written one after the other. @throws Error if it cannot be serialized */
export const encodeShare = (value: unknown, details: readonly ErrorDetails[]): Buffer[] => encodeV8([value], details);

/** A value of its own from the file. @throws Error if the file does not hold it */
export function readShare(file: SharedFile, headLength: number): unknown {
  const { viewSizes, decode } = readHead(file.bytes(0, headLength));
  let offset = headLength;
  const views = viewSizes.map(size => {
    offset += size;
    return file.bytes(offset - size, size);
  });
  return decode(views)[0];
}

/** Reads the value by its token. Undefined if the file cannot be opened. @throws Error if the file does not hold it */
export function openShare({ file: address, head }: ShareToken): { value: unknown } | undefined {
  const file = address && SharedFile.open(address);
  if (!file) return undefined;
  try {
    return { value: readShare(file, head) };
  } finally {
    file.close();
  }
}
