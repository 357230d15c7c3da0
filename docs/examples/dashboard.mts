import { SubprocessLoop } from 'offspring-rx';
import { serveDashboard } from 'offspring-rx/dashboard';
import { firstValueFrom } from 'rxjs';

export class Heartbeat extends SubprocessLoop<[], number> {
  static override STDIO = 'pipe' as const; // so that its output is on the page

  override loop() {
    console.log('still here');
    this.emit(process.uptime());
    return 1_000;
  }
}

await using board = await serveDashboard({ control: true });
// console.log(board.url), and open it

await using heartbeat = new Heartbeat();
await firstValueFrom(heartbeat.message$);
console.log(board.url.replace(/\d+\/.*/, '...'));
// prints: http://127.0.0.1:...
