/** Both sides: tells the two base classes apart: a Subprocess runs its work once, a SubprocessLoop again and again. */
export type Kind = 'once' | 'loop';
