/** The options of the benchmark's command line. */
import { parseArgs } from 'node:util';

export interface Options {
  quick: boolean;
  /** The groups to measure; none named: all. */
  only: string[];
  rounds: number;
  peers: boolean;
}

const ROUNDS = 20;
const QUICK_ROUNDS = 5;

export const help = (groups: readonly string[]): string => `npm run bench -- [options] [GROUP ...]
  GROUP          only this group, or all groups whose names begin with it: queue
  --quick        only what the figures to reach need, small and in under 30 s;
                 its last line is one JSON object of ratios
  --only GROUP   only this group; may be given several times
  --rounds N     how often each contender is measured (${ROUNDS}, with --quick ${QUICK_ROUNDS}); heavy groups take a part of it
  --no-peers     neither installs nor measures other packages
  --help

A full run writes docs/benchmarks.md and docs/benchmarks/. Every run writes build/benchmarks.json.

Groups: ${groups.join(', ')}`;

/** Undefined if help is asked for. @throws TypeError for what cannot be understood */
export function readOptions(args: string[], groups: readonly string[]): Options | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    allowNegative: true,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      peers: { type: 'boolean', default: true },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const { quick, peers } = values;
  const only = [...values.only, ...positionals.flatMap(name => groupsOf(name, groups))];
  const unknown = only.find(id => !groups.includes(id));
  if (unknown !== undefined)
    throw new TypeError(`--only: there is no group ${unknown}; there are ${groups.join(', ')}`);
  return { quick, only, peers, rounds: wholeNumber(values.rounds ?? String(quick ? QUICK_ROUNDS : ROUNDS)) };
}

/** The groups that are meant by one of their names, or by its first word. */
function groupsOf(name: string, groups: readonly string[]): readonly string[] {
  const found = groups.filter(id => id === name || id.startsWith(`${name}-`));
  return found.length > 0 ? found : [name];
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text))
    throw new TypeError(`--rounds takes a whole number from 1 on, not ${text || 'nothing'}`);
  return Number(text);
}
