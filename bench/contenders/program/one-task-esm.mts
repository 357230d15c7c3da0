/** The same as an ES module. */
import { Answer } from './task-esm.mjs';

const { reason } = await new Answer().wait();
if (reason !== 'completed') process.exitCode = 1;
