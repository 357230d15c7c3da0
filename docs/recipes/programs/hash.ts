import { pbkdf2Sync } from 'node:crypto';
import { SubprocessWorker } from 'offspring-rx/pool';

export class Hash extends SubprocessWorker<[], string, { hash: string; pid: number }> {
  override work(text: string) {
    // It takes the processor for some 50 ms. In the server's process, it would block every other request.
    const hash = pbkdf2Sync(text, 'salt', 100_000, 32, 'sha256').toString('hex');
    return { hash, pid: process.pid };
  }
}
