/** Child side of the chain of `setTimeout`. */
import { SLEEP } from './sleep';

const turns = Number(process.argv[2]);
let index = 0;
let late = 0;
let left = 0;

function loop(): void {
  if (index > 0) late += performance.now() - left - SLEEP;
  if (index === turns) {
    process.send?.(late / turns);
    return;
  }
  index += 1;
  left = performance.now();
  setTimeout(loop, SLEEP);
}

loop();
