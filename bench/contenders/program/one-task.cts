/** A program that runs one task, and ends with it. */
import { Answer } from './task.cjs';

void new Answer().wait().then(({ reason }) => {
  if (reason !== 'completed') process.exitCode = 1;
});
