/** A program that runs one task, and tells what memory it has after its end. */
import { residentMemory, tell } from '../parent/parent';
import { Answer } from '../program/task.cjs';

void new Answer().wait().then(async () => {
  await tell(residentMemory() / 1_024);
  process.disconnect();
});
