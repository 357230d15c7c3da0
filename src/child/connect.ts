/** Child side: connects to the parent and reads its first orders, or ends the process with one sentence. */
import { writeSync } from 'node:fs';
import type { PrimeOrder, StartOrder } from '../protocol/to-child';
import { attempt, safeText } from '../util/safely';
import { bootExports } from './boot-exports';
import { Channel, NoParentError } from './channel';

export interface Connected {
  channel: Channel;
  prime: PrimeOrder;
  /** Undefined in a spare. */
  start: StartOrder | undefined;
}

export function connect(): Connected {
  try {
    const channel = new Channel();
    const [prime, start] = channel.readFirst();
    if (prime?.type !== 'prime') throw new Error('no order to prime comes first');
    if (start && start.type !== 'start') throw new Error('no order to start comes second');
    return { channel, prime, start };
  } catch (error) {
    if (bootExports().isBlank && error instanceof NoParentError) process.exit();
    // There is no parent that could be told. Node would print the stack, with the code around it.
    attempt(() => writeSync(2, `offspring-rx: ${sentenceFor(error)}\n`));
    process.exit(1);
  }
}

function sentenceFor(error: unknown): string {
  if (error instanceof NoParentError) return error.message;
  const why = safeText((error as Partial<Error> | null)?.message ?? error);
  return `the child (pid ${process.pid}) does not understand its parent (${why}): if the package was replaced while the parent runs, start the parent again`;
}
