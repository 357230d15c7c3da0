/** Where things are, from the sources as from what is built of them. */
import path from 'node:path';

export const ROOT = path.dirname(require.resolve('offspring-rx/package.json'));
export const BUILD = path.join(ROOT, 'build');
export const BENCH = path.join(ROOT, 'bench');
/** A package of its own, and not in `bench/`, where its name would hide that of offspring-rx. */
export const PEERS = path.join(BENCH, 'peers');
