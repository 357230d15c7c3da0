/** Both sides: lists of values as frames, each with its length before it. */
import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';

export type Format = 'JSON' | 'v8';

const HEAD = 4;

export function framed(values: unknown[], format: Format): Buffer {
  const body = format === 'v8' ? serialize(values) : Buffer.from(JSON.stringify(values), 'latin1');
  const head = Buffer.allocUnsafe(HEAD);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
}

/** Calls `listener` with the values of each frame. */
export function onFrames(channel: Socket, format: Format, listener: (values: unknown[]) => void): void {
  let parts: Buffer[] = [];
  let length = 0;
  channel.on('data', (part: Buffer) => {
    parts.push(part);
    length += part.length;
    while (length >= HEAD) {
      let [bytes] = parts as [Buffer];
      if (bytes.length < HEAD) bytes = Buffer.concat(parts);
      const end = HEAD + bytes.readUInt32LE();
      if (length < end) return;
      if (bytes.length < length) bytes = Buffer.concat(parts);
      parts = bytes.length > end ? [bytes.subarray(end)] : [];
      length = bytes.length - end;
      const body = bytes.subarray(HEAD, end);
      listener(format === 'v8' ? deserialize(body) : JSON.parse(body.toString('latin1')));
    }
  });
}
