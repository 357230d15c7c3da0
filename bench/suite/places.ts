/** Where things are; this file runs from build/bench/suite. */
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '..', '..', '..');
export const BENCH = path.join(ROOT, 'bench');
/** A package of its own, and not in `bench/`, where its name would hide that of offspring-rx. */
export const PEERS = path.join(BENCH, 'peers');
export const BUILD = path.join(ROOT, 'build');
