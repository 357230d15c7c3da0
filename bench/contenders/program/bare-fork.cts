/** A program that forks a script, and ends with it. */
import { fork } from 'node:child_process';
import path from 'node:path';

fork(path.join(__dirname, 'answers.cjs')).on('message', answer => {
  if (answer !== 42) process.exitCode = 1;
});
