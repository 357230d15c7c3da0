/** The floor of a program that runs one task. */
import { runProgram } from '../floor/own-processes';

runProgram(require.resolve('../floor/answer.cjs'));
