/**
 * Child side: what the thread of a worker runs, which answers the pool while the worker is busy. It loads no other file
 * of this library.
 */
import { readSync, writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { ClaimThreadData } from './claim-thread';

/** ms between two looks at the file, while the worker has items. */
const LOOK_INTERVAL = 10;

const { state, fields, layout, file } = workerData as ClaimThreadData;
const request = new Uint32Array(1);
const answer = new Uint32Array(2);
let lastSeen = -1;

Atomics.store(state, fields.isUp, 1);
for (;;) {
  // Waits until the worker has items, then for the next look.
  Atomics.wait(state, fields.hasItems, 0);
  Atomics.wait(state, fields.hasItems, 1, LOOK_INTERVAL);
  const claims = Atomics.load(state, fields.claims);
  // The worker is not stuck, so it answers the pool itself.
  if (claims === lastSeen) look();
  lastSeen = claims;
}

function look(): void {
  readSync(file.descriptor, request, 0, 4, file.request);
  const id = request[0] as number;
  for (;;) {
    const claims = Atomics.load(state, fields.claims);
    // The worker has answered this request itself.
    if ((claims & layout.requestMask) >>> layout.requestShift === (id & layout.requestLimit)) return;
    if (Atomics.compareExchange(state, fields.claims, claims, claims | layout.taken) !== claims) continue;
    answer[0] = id;
    answer[1] = claims >>> layout.begunShift;
    writeSync(file.descriptor, answer, 0, 8, file.answer);
    return;
  }
}
