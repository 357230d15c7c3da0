import { mapOverQueue } from 'offspring-rx/bullmq';
import { map, range } from 'rxjs';
import { Thumbnail } from './thumbnail.js';

const image$ = range(1, 3).pipe(map(size => new Uint8Array(size * 1_024)));

image$
  .pipe(mapOverQueue(Thumbnail, { connection: process.env['REDIS_URL'] as string }))
  .subscribe(thumbnail => console.log(thumbnail.length));
// prints: 8
// prints: 16
// prints: 24
