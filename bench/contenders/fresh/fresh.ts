/** Many small messages of a child that has just been started. */
import { type Contender, simple } from '../../suite/group';
import { clock } from '../start/clock';

/** The child awaits each such message, and so lets others have their turn. */
export const AWAITED = 256;

/** A child that says what the clock said before its first message, then sends `count` small objects, and ends. */
export interface FreshKind {
  name: string;
  /** Calls `onMessage` for each message. Resolves when the child has ended. */
  run(count: number, onMessage: (message: unknown) => void): Promise<unknown>;
}

/** Messages per second: from before the first in the child to when its parent has the last. */
export const fresh = ({ name, run }: FreshKind): Contender =>
  simple(name, async count => {
    let start: bigint | undefined;
    let end: bigint | undefined;
    let left = count;
    await run(count, message => {
      if (start === undefined) start = BigInt(message as string);
      else if (--left === 0) end = clock();
    });
    if (start === undefined || end === undefined) throw new Error(`${left} of ${count} messages did not come`);
    return count / (Number(end - start) / 1e9);
  });
