/**
 * Draws the pictures of docs/, after a build. Those that show data run the library for it, or read what a benchmark has
 * written. Without names, it draws all of them.
 *
 *   node scripts/pictures.mjs [marbles] [strategies] [back-pressure] [ends] [which-one] [life]
 */
import { writeFileSync } from 'node:fs';
import { backPressure } from './pictures/back-pressure.mjs';
import { ends } from './pictures/ends.mjs';
import { life } from './pictures/life.mjs';
import { marbles } from './pictures/marbles.mjs';
import { strategies } from './pictures/strategies.mjs';
import { whichOne } from './pictures/which-one.mjs';

const PICTURES = { marbles, strategies, 'back-pressure': backPressure, ends, 'which-one': whichOne, life };
const asked = process.argv.slice(2);

for (const [name, draw] of Object.entries(PICTURES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  writeFileSync(new URL(`../docs/${name}.svg`, import.meta.url), await draw());
  console.log(`docs/${name}.svg`);
}
