/** A bare child: sends each batch back. */
import { Socket } from 'node:net';
import { type Format, framed, onFrames } from './bare-frames';

/** The descriptor that it was given. */
const CHANNEL = 3;

const format = process.argv[2] as Format;
const channel = new Socket({ fd: CHANNEL });
onFrames(channel, format, values => channel.write(framed(values, format)));
channel.write('.');
