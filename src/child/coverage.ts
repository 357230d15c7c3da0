/** Child side: sees to it that the coverage of this process is written, however it ends. Loaded only if it is collected. */
import { takeCoverage } from 'node:v8';
import { isOurs, markAsOurs } from '../util/our-listeners';
import { isLeftToUser, noteRemoval } from '../util/users-listeners';

/**
 * Node writes the coverage when a process exits, and none if a signal ends it: https://nodejs.org/api/cli.html
 *
 * A parent that has the result may end at once, and shut this child down while it writes. With a listener, SIGTERM
 * does not interrupt that. A child that is too busy to be told of the signal gets SIGKILL after its grace.
 */
export function writeCoverageBeforeSigterm(): void {
  markAsOurs(onSigterm);
  process.on('SIGTERM', onSigterm);
  // A function of its own, since the parent side removes `noteRemoval` when the last child of this child has ended.
  process.on('removeListener', (event, listener) => noteRemoval(event, listener));
}

/** Writes what has run so far. Node writes what is run afterwards into another file, which tools add to this one. */
export function writeCoverage(): void {
  takeCoverage();
}

const hasOtherOfOurs = () => process.listeners('SIGTERM').some(each => each !== onSigterm && isOurs(each));

/** Ends this process as the signal would have done. */
function onSigterm(): void {
  // Any other listener decides what the signal does: one of the user's, or that of the parent side.
  if (isLeftToUser('SIGTERM') || hasOtherOfOurs()) return;
  writeCoverage();
  process.off('SIGTERM', onSigterm);
  process.kill(process.pid, 'SIGTERM');
}
