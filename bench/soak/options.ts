/** The options of the soak's command line. */
import { parseArgs } from 'node:util';

export type Plant = 'leak' | 'survivor' | 'pending';

export interface Options {
  seconds: number;
  children: number;
  seed: number;
  /** Runs this one task only. */
  task: number | undefined;
  /** A fault of its own, to show that it is found. */
  plant: Plant | undefined;
}

export const HELP = `npm run soak -- [options]
  --seconds N    how long (60)
  --children N   how many at once, at the most (50)
  --seed N       repeats the choices of another run
  --task N       runs task N of that seed alone
  --help`;

/** Undefined if help is asked for. @throws TypeError for an option that does not exist, or is no number */
export function readOptions(args: string[]): Options | undefined {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      seconds: { ...string, default: '60' },
      children: { ...string, default: '50' },
      seed: { ...string, default: String(Math.floor(Math.random() * 1e9)) },
      task: string,
      plant: string,
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const { seconds, children, seed, task, plant } = values;
  if (plant !== undefined && !['leak', 'survivor', 'pending'].includes(plant)) {
    throw new TypeError(`--plant takes leak, survivor or pending, not ${plant}`);
  }
  return {
    seconds: number('seconds', seconds),
    children: number('children', children),
    seed: number('seed', seed),
    task: task === undefined ? undefined : number('task', task),
    plant: plant as Plant | undefined,
  };
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) throw new TypeError(`--${name} takes a number, not ${text}`);
  return value;
}
