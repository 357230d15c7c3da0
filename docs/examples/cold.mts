import { fromSubprocess } from 'offspring-rx';
import { from, mergeMap, reduce, retry, timeout } from 'rxjs';
import { CountLines } from './count-lines.js';

const countLines = (path: string) =>
  fromSubprocess(
    () => new CountLines(path),
    task => task.result$,
  ).pipe(
    timeout(60_000), // a process that takes longer is shut down,
    retry({ count: 2, delay: 1_000 }), // and another one starts once it is gone
  );

from(['access.log', 'error.log'])
  .pipe(
    mergeMap(countLines, 4), // at most four processes at a time
    reduce((total, lines) => total + lines),
  )
  .subscribe(total => console.log(total, 'lines'));
// prints: 37000 lines
