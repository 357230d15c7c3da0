/** A program that forks a script, and tells what memory it has after its end. */
import { fork } from 'node:child_process';
import path from 'node:path';
import { residentMemory, tell } from '../parent/parent';

fork(path.join(__dirname, '..', 'program', 'answers.cjs')).on('close', () => {
  void tell(residentMemory() / 1_024).then(() => process.disconnect());
});
