/**
 * Draws the pictures of docs/, after a build. Those that show data run the library for it, or read what a benchmark has
 * written. Without names, it draws all of them.
 *
 *   node scripts/pictures.mjs [marbles] [strategies] [back-pressure] [ends] [which-one] [life] [loading]
 *   node scripts/pictures.mjs --check    draws nothing; says which are not as they would be drawn
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { backPressure } from './pictures/back-pressure.mjs';
import { ends } from './pictures/ends.mjs';
import { life } from './pictures/life.mjs';
import { loading } from './pictures/loading.mjs';
import { marbles } from './pictures/marbles.mjs';
import { strategies } from './pictures/strategies.mjs';
import { whichOne } from './pictures/which-one.mjs';

const PICTURES = { marbles, strategies, 'back-pressure': backPressure, ends, 'which-one': whichOne, life, loading };
/** These show what was measured, so each drawing differs. */
const MEASURED = ['back-pressure'];
const isCheck = process.argv.includes('--check');
const asked = process.argv.slice(2).filter(name => name !== '--check');

for (const [name, draw] of Object.entries(PICTURES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  if (isCheck && MEASURED.includes(name)) continue;
  const file = new URL(`../docs/${name}.svg`, import.meta.url);
  const drawn = await draw();
  if (!isCheck) writeFileSync(file, drawn);
  else if (readFileSync(file, 'utf8') === drawn) console.log(`docs/${name}.svg is up to date`);
  else {
    console.error(`docs/${name}.svg is out of date: npm run pictures`);
    process.exitCode = 1;
  }
}
