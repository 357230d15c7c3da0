/** Parent side: how frames go through the channel of a child. */
import type { Socket } from 'node:net';
import { platform } from '../../platform/platform';
import { FrameReader } from '../../protocol/frame-reader';
import { ownFrame } from '../../protocol/frames';
import { Pipe } from '../../protocol/pipe';
import { descriptorOf } from './descriptor-of';
import type { SpawnedChild } from './spawn-child';

/** @param orders the pipe that takes the orders */
export function channelEnds(orders: Socket): Pick<SpawnedChild, 'reader' | 'send' | 'pump'> {
  const reader = new FrameReader();
  const descriptor = () => descriptorOf(orders);
  // On Windows, a pipe has no descriptor.
  if (descriptor() < 0) {
    return {
      reader,
      send: frame => {
        for (const part of ownFrame(frame)) platform.channel.writePast(orders, part);
      },
      pump: () => {},
    };
  }
  const pipe = new Pipe(descriptor);
  return { reader, send: frame => pipe.write(frame), pump: () => pipe.pump() };
}
