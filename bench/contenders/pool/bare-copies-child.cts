/** A bare child: copies each item that it is told of into memory of its own, from there to the outputs, and says so. */
import { readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** The descriptors that it was given. */
const CHANNEL = 3;
const ITEMS = 4;
const OUTPUTS = 5;
/** Bytes of an item. */
const SIZE = Number(process.argv[2]);

const channel = new Socket({ fd: CHANNEL });
channel.on('data', (slots: Buffer) => {
  for (const slot of slots) {
    const item = Buffer.allocUnsafeSlow(SIZE);
    readSync(ITEMS, item, 0, SIZE, slot * SIZE);
    writeSync(OUTPUTS, item, 0, SIZE, slot * SIZE);
    channel.write(Buffer.of(slot));
  }
});
channel.write('.');
