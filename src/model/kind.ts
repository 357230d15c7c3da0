/** Both sides: how often the work of a class runs: once, as a Subprocess, or in a loop, as a SubprocessLoop. */
export type Kind = 'once' | 'loop';
