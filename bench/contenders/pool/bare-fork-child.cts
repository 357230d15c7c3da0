/** A bare child: does the work that it is sent, and answers. */
import { type Work, work } from './work';

process.on('message', ({ work: name, item }: { work: Work; item: never }) => process.send?.(work[name](item) ?? null));
process.send?.('here');
