/** Parent: what is typed on a terminal, as requests about the selected loop. */
import { concatMap, EMPTY, finalize, fromEvent, map, type Observable, of, scan, share } from 'rxjs';
import { GROUPS, LOOPS } from './state';

export interface Request {
  type: 'select' | 'restart' | 'kill' | 'stop';
  strategy: string;
  loop: string;
}

const PLACES = GROUPS.flatMap(({ strategy }) => LOOPS.map(loop => ({ strategy, loop })));

/** In raw mode ctrl-c is a key like any other. */
const KEYS: Record<string, { type: Request['type']; move?: number }> = {
  '\x1b[A': { type: 'select', move: -1 },
  '\x1b[B': { type: 'select', move: 1 },
  r: { type: 'restart' },
  k: { type: 'kill' },
  '\x03': { type: 'stop' },
};

/** What each key asks for; nothing for other keys. Pure. */
export const requests = (key$: Observable<string>): Observable<Request> =>
  key$.pipe(
    concatMap(key => {
      const meant = KEYS[key];
      return meant ? of(meant) : EMPTY;
    }),
    scan(({ at }, { type, move = 0 }) => ({ at: (at + move + PLACES.length) % PLACES.length, type }), {
      at: 0,
      type: 'select' as Request['type'],
    }),
    map(({ at, type }) => ({ type, ...(PLACES[at] as (typeof PLACES)[number]) })),
  );

/** Emits each key that is typed. Completes at once if nobody can type. */
export function keys(input: NodeJS.ReadStream): Observable<string> {
  if (!input.isTTY) return EMPTY;
  input.setRawMode(true).setEncoding('utf8');
  const done = () => {
    input.setRawMode(false);
    input.pause();
  };
  return (fromEvent(input, 'data') as Observable<string>).pipe(finalize(done), share());
}
