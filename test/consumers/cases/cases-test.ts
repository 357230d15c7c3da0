import { test } from 'RUNNER';
import { CASES } from './cases';
import { record } from './record';

for (const [name, work] of Object.entries(CASES)) test(name, () => record(name, work), 30_000);
