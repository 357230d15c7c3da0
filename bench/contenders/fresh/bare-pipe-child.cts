/** Child side of the bare pipe. */
import { Socket } from 'node:net';
import { framed } from '../pool/bare-frames';
import { item } from '../talk/answers';
import { AWAITED } from './fresh';

/** The descriptor that it was given. */
const CHANNEL = 3;

async function main(count: number): Promise<void> {
  const channel = new Socket({ fd: CHANNEL });
  const send = (batch: unknown[]) => new Promise(resolve => channel.write(framed(batch, 'JSON'), resolve));
  let batch: unknown[] = [String(process.hrtime.bigint())];
  for (let index = 1; index <= count; index++) {
    batch.push(item(index));
    if (index % AWAITED !== 0 && index !== count) continue;
    await send(batch);
    batch = [];
  }
  channel.destroy();
}

void main(Number(process.argv[2]));
