/** Imports a package that only the benchmarks need. This file lies where they are installed, since that is where Node looks for them. */
export const loadPeer = name => import(name);
