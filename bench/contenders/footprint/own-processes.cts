/** The same with only the processes and the files of this library. */
import { once } from 'node:events';
import { runProgram } from '../floor/own-processes';
import { residentMemory, tell } from '../parent/parent';

const child = runProgram(require.resolve('../floor/answer.cjs'));
void once(child, 'close').then(async () => {
  await tell(residentMemory() / 1_024);
  process.disconnect();
});
