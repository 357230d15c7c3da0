/** Parent: what was asked for on the command line. */
import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run demo:supervise -- [--seconds n] [--seed n]

Nine loops run in child processes and crash or hang at random. Three supervisors look
after three of them each, one for each strategy; what restarts with a crash is seen at
once. A watchdog ends those that hang.

On a terminal: up and down select a loop, r restarts it without a gap, k kills it.

  --seconds n  ends by itself after so many seconds; default 15
  --seed n     another fate for the loops; default 1

Exit code: 0 the time is over, 1 the supervisors gave up, 2 wrong use, 128 + n stopped
by signal n (130: ctrl-c).
`;

/** Wrong use; the message is for whoever typed it. */
export class UsageError extends Error {}

export interface Options {
  seconds: number;
  seed: number;
}

/** @returns null if help was asked for @throws UsageError */
export function parseOptions(args: string[]): Options | null {
  const { help, seconds, seed } = parse(args).values;
  if (help) return null;
  return { seconds: numberIn('seconds', seconds ?? '15', 3_600), seed: numberIn('seed', seed ?? '1', 2 ** 31) };
}

function parse(args: string[]) {
  try {
    const options = {
      help: { type: 'boolean', short: 'h' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
    } as const;
    return parseArgs({ args, options });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function numberIn(name: string, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new UsageError(`--${name} is '${text}': it must be a number, 0 to ${most}`);
}
