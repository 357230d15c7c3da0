import { count, forkJoin, merge } from 'rxjs';
import { CountLines } from './count-lines.js';

const access = new CountLines('access.log');
const error = new CountLines('error.log');

const totals$ = forkJoin([access.result$, error.result$]);
const reports$ = merge(access.message$, error.message$).pipe(count());

totals$.subscribe(totals => console.log(totals));
reports$.subscribe(reports => console.log(reports, 'reports'));
// prints: [ 25000, 12000 ]
// prints: 3 reports
