/** Parent: states as plain lines, for what is no terminal: one each second, and one at each tenth. */
import { distinctUntilChanged, filter, map, type Observable } from 'rxjs';
import type { Amount } from './deal';
import { bytes, bytesOf, clock, count, counted, percent, printable, speed } from './format';
import { currentSpeed, doneBy, type State, share } from './state';

export const progressLines = (state$: Observable<State>): Observable<string> =>
  state$.pipe(
    filter(({ phase }) => phase === 'hashing'),
    distinctUntilChanged((a, b) => stepOf(a) === stepOf(b)),
    map((state, index) => (index === 0 ? firstLine(state) : progressLine(state))),
  );

function stepOf({ workers, found, now, since }: State): string {
  const tenth = Math.floor(share(doneBy(workers), found) * 10);
  const second = Math.floor((now - since) / 1_000);
  return `${tenth} ${second}`;
}

const firstLine = ({ folder, found, workers }: State): string =>
  `hashing ${printable(folder)}: ${amount(found)}, in ${counted(workers.length, 'child process', 'child processes')}`;

const amount = ({ files, bytes: size }: Amount): string => `${counted(files, 'file')}, ${bytes(size)}`;

export function progressLine(state: State): string {
  const { workers, found, since, now, loads } = state;
  const done = doneBy(workers);
  const load = loads.at(-1);
  const facts = [
    clock(now - since),
    percent(share(done, found)).padStart(4),
    `${count(done.files)} of ${counted(found.files, 'file')}`,
    bytesOf(done.bytes, found.bytes),
    speed(currentSpeed(state).bytes),
    ...(load ? [`cpu ${percent(load.cpu)}`] : []),
  ];
  return facts.join('  ');
}
