/** spawn-rx: a Node script that prints, to its first line. */
import path from 'node:path';
import { lastValueFrom, type Observable, toArray } from 'rxjs';
import { type Contender, simple } from '../../suite/group';
import { importPeer } from '../../suite/peer';
import { between, clock } from './clock';

interface SpawnRx {
  spawn(program: string, args: string[]): Observable<string>;
}

export const spawnRxStart: Contender = simple('spawn-rx', async () => {
  const { spawn } = await importPeer<SpawnRx>('spawn-rx');
  const start = clock();
  const printed = await lastValueFrom(spawn(process.execPath, [path.join(__dirname, 'prints.cjs')]).pipe(toArray()));
  return between(start, printed.join('').trim());
});
