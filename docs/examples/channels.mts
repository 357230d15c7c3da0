import { subscribe } from 'node:diagnostics_channel';
import { type DiagnosticsChannels, Subprocess } from 'offspring-rx';

type Ended = DiagnosticsChannels['offspring-rx:exit'];

subscribe('offspring-rx:exit', message => {
  const { name, exit } = message as Ended;
  console.log(`${name}: ${exit.reason}`);
});

export class Render extends Subprocess {
  override run() {}
}

await new Render().wait();
// prints: Render: completed
