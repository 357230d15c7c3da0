import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Subprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';

export class Shell extends Subprocess<[], string> {
  static override OWN_GROUP = true;

  override async *run() {
    const running = promisify(execFile)('sh', ['-c', 'sleep 1000 & sleep 1000']);
    yield 'the shell and its two sleeps are there';
    await running;
  }
}

const shell = new Shell();
console.log(await firstValueFrom(shell.message$));
const { reason } = await shell.shutdown(); // the child, the shell and both sleeps are gone
console.log(reason);
// prints: the shell and its two sleeps are there
// prints: stopped
