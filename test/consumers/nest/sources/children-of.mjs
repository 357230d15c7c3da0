import { readdirSync, readFileSync } from 'node:fs';

/** The children that the library has made in a process, with a title or without. Only Linux tells them. */
export const childrenOf = pid =>
  readdirSync('/proc').filter(name => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (
        Number(parent) === pid &&
        state !== 'Z' &&
        /\/child\/boot\.js|\(offspring-rx of /.test(readFileSync(`/proc/${name}/cmdline`, 'utf8'))
      );
    } catch {
      return false;
    }
  });
