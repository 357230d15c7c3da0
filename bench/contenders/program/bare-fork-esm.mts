/** The same as an ES module. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const child = fork(fileURLToPath(new URL('./answers-esm.mjs', import.meta.url)));
const exited = once(child, 'exit');
const [answer] = await once(child, 'message');
if (answer !== 42) process.exitCode = 1;
await exited;
