/** A whole program, from its start to its end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Contender, simple } from '../../suite/group';

/** The ms that `node` takes for the program, with more variables. @throws Error if the program fails */
export const program = (name: string, file: string, env: NodeJS.ProcessEnv = {}): Contender =>
  simple(name, async () => {
    const start = performance.now();
    const child = spawn(process.execPath, [path.join(__dirname, file)], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${file} ended with ${code}`);
    return performance.now() - start;
  });
