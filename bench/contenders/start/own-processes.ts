/** What a Subprocess cannot leave out of a start: a child with its pipes that reads its files, to its answer. */
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Contender, simple } from '../../suite/group';
import { OWN_PROCESSES, ownChild } from '../floor/own-processes';

export const ownProcessesStart = (module: 'answer.cjs' | 'answer-esm.mjs'): Contender =>
  simple(OWN_PROCESSES, async () => {
    const file = path.join(__dirname, '..', 'floor', module);
    const start = performance.now();
    const { child, answer } = ownChild(module.endsWith('.mjs') ? pathToFileURL(file).href : file);
    await answer;
    const time = performance.now() - start;
    if (child.exitCode === null) await once(child, 'exit');
    return time;
  });
