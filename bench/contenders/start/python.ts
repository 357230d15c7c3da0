/** The Python original, written anew: from construction to the first line of `run`. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Contender, Unavailable } from '../../suite/group';
import { BENCH } from '../../suite/places';

/** One Python process is the parent of all; it makes a child for each line that it reads, and prints the milliseconds. */
export const pythonStart = (name: string, type: 'Answer' | 'AnswerLoop'): Contender => ({
  name,
  async open() {
    if (spawnSync('python3', ['-c', 'import multiprocessing']).status !== 0) throw new Unavailable('no python3 here');
    const python = spawn('python3', [path.join(BENCH, 'python', 'start.py'), type], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface(python.stdout);
    const failed = once(python, 'exit').then(([code]) => Promise.reject(new Error(`python3 ended with ${code}`)));
    failed.catch(() => {});
    return {
      async measure() {
        const line = once(lines, 'line');
        python.stdin.write('\n');
        const [time] = await Promise.race([line, failed]);
        return Number(time);
      },
      close: () => python.stdin.end(),
    };
  },
});
