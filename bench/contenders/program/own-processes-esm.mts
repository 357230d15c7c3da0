/** The same as an ES module. */
import { runProgram } from '../floor/own-processes.js';

runProgram(new URL('../floor/answer-esm.mjs', import.meta.url).href);
