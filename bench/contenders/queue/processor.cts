/** A processor of BullMQ for the same work: inline in its host, or sandboxed in a process of BullMQ. */
import type { Job } from 'bullmq';
import { work } from '../pool/work.js';

export default async function processor({ name, data }: Job): Promise<unknown> {
  if (name === 'echo') {
    const bytes = Buffer.from(data.item as string, 'base64');
    return Buffer.from(work.echo(bytes)).toString('base64');
  }
  return name === 'burn' ? work.burn(data.item as number) : work.increment(data.item as number);
}
