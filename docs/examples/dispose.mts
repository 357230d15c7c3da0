import { setTimeout as sleep } from 'node:timers/promises';
import { Subprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';

export class Server extends Subprocess {
  override run() {
    return sleep(60_000);
  }
}

{
  await using server = new Server();
  await firstValueFrom(server.ready$);
} // here the child is shut down, and gone

const servers = [new Server(), new Server()];
await Promise.all(servers.map(({ ready$ }) => firstValueFrom(ready$)));
const exits = await Server.shutdownAll(); // Subprocess.shutdownAll() ends every child
console.log(exits.map(({ reason, signal }) => `${reason} by ${signal}`));
// prints: [ 'stopped by SIGTERM', 'stopped by SIGTERM' ]
