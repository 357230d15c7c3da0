/** What a child tells of its imports. */
import type { Subprocess } from 'offspring-rx';
import { type Contender, simple } from '../../suite/group';

/** Returns the ms that the import took, and how many modules of rxjs are loaded. */
export type ImportingClass = new () => Subprocess<[], unknown> & { run(): unknown };

export const imports = (name: string, what: 'time' | 'rxjs', load: () => Promise<ImportingClass>): Contender =>
  simple(name, async () => {
    const Type = await load();
    return ((await new Type().result()) as Record<'time' | 'rxjs', number>)[what];
  });
