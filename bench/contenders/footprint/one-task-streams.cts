/** The same with a stream that is subscribed to. */
import { residentMemory, tell } from '../parent/parent';
import { Answer } from '../program/task.cjs';

const task = new Answer();
task.state$.subscribe();
void task.wait().then(async () => {
  await tell(residentMemory() / 1_024);
  process.disconnect();
});
