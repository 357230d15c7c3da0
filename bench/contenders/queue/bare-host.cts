/**
 * The least that a host on BullMQ does if children work on its items, and their outputs go by a stream: the items of a turn
 * are one line for each child, and the outputs of a turn are one entry. It knows no failures, and tiny items alone.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type ConnectionOptions, type Job, Worker } from 'bullmq';
import { Redis } from 'ioredis';

type Pair = [id: number, value: number];

/** Calls `flush` once for all values of a turn. */
function perTurn(flush: (values: Pair[]) => void): (...values: Pair[]) => void {
  let turn: Pair[] = [];
  return (...values) => {
    if (turn.length === 0) {
      setImmediate(() => {
        const all = turn;
        turn = [];
        flush(all);
      });
    }
    turn.push(...values);
  };
}

export async function serveBare(url: string, workers: number, concurrency: number): Promise<void> {
  const connect = () => new Redis(url, { maxRetriesPerRequest: null });
  const replies = connect();
  const written = new Map<number, () => void>();
  const reply = perTurn(async outputs => {
    await replies.xadd('replies', '*', 'outputs', JSON.stringify(outputs));
    for (const [id] of outputs) {
      written.get(id)?.();
      written.delete(id);
    }
  });
  const children = Array.from({ length: workers }, () => {
    const child = spawn(process.execPath, [path.join(__dirname, 'bare-child.cjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', line => reply(...JSON.parse(line)));
    return child;
  });
  const give = perTurn(items => {
    const share = Math.ceil(items.length / workers);
    children.forEach(({ stdin }, at) => {
      const own = items.slice(at * share, (at + 1) * share);
      if (own.length > 0) stdin.write(`${JSON.stringify(own)}\n`);
    });
  });
  const processor = ({ data }: Job<{ id: number; item: number }>) =>
    new Promise<void>(resolve => {
      written.set(data.id, resolve);
      give([data.id, data.item]);
    });
  const worker = new Worker('work', processor, { connection: connect() as unknown as ConnectionOptions, concurrency });
  worker.on('error', () => {});
  await worker.waitUntilReady();
}
