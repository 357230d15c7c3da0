/** A frame in one piece, as it comes out of a pipe. */
import { encodeFrame as encodeParts } from '../../src/protocol/frames';

export const encodeFrame = (batch: readonly unknown[]): Buffer => Buffer.concat(encodeParts(batch));
