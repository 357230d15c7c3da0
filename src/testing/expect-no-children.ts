/** Both sides: a check for the end of each test: no child is left. */
import { isChild } from '../index';

/**
 * How long `expectNoChildren` waits.
 *
 * @example afterEach(() => expectNoChildren({ within: 1_000 }));
 */
export interface LeftOptions {
  /** Milliseconds of real time that children may take to end. Default: 0; those on their way out have 10,000 always. */
  within?: number;
}

/** Before any task of a test is constructed. A child that loads a test never asks. */
if (!isChild) left().rememberOrigins();

/**
 * Resolves (void) when no child is left. Rejects if a task, a spare or a worker of a pool is left, be it a process or in this process: with what it is, and
 * where it was made. Waits for processes that have done their work or are being shut down. Kills what is left, so that
 * the next test is not blamed. Write it into a hook after each test.
 *
 * @example afterEach(() => expectNoChildren());
 */
export function expectNoChildren(options: LeftOptions = {}): Promise<void> {
  // A runner may pass something else to its hooks.
  const { within } = options;
  return left().expectNoneLeft(typeof within === 'number' ? within : 0);
}

function left(): typeof import('./parent/left') {
  return require('./parent/left') as typeof import('./parent/left');
}
