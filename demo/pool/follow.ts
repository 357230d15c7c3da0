/** Parent: follows one way of hashing with a progress bar, and tells what came of it. */
import { type Options, Presets, SingleBar } from 'cli-progress';
import { digestOf } from '../reactive-app/digest';
import type { Listing } from '../reactive-app/find-files';
import { bytes } from '../reactive-app/format';
import type { HashedFile } from '../reactive-app/hash-files';
import type { Hashed } from './ways';

export interface Result {
  /** ms */
  time: number;
  hashed: number;
  unreadable: number;
  /** Over everything, in hexadecimal. */
  digest: string;
}

/** ms between two lines where the output is no terminal. */
const LINE = 1_000;
const TITLE = 24;

/** A bar by bytes; lines where the output is no terminal. */
function barOf(title: string, stream: NodeJS.WriteStream): SingleBar {
  const options: Options = {
    stream,
    format: `  ${title.padEnd(TITLE)} {bar} {percentage}%  {files} of {count} files, {size}`,
    barsize: 30,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: LINE,
    formatBar: (progress, config) =>
      (config.barCompleteString ?? '')
        .slice(0, Math.round(progress * (config.barsize ?? 0)))
        .padEnd(config.barsize ?? 0, '·'),
  };
  return new SingleBar(options, Presets.shades_classic);
}

export async function follow(
  title: string,
  { files, bytes: total }: Listing,
  source: AsyncIterable<Hashed>,
  stream: NodeJS.WriteStream,
): Promise<Result> {
  const bar = barOf(title, stream);
  const hashed: HashedFile[] = [];
  let unreadable = 0;
  const start = performance.now();
  bar.start(total, 0, { files: 0, count: files.length, size: bytes(total) });
  for await (const outcome of source) {
    if ('hashed' in outcome) hashed.push(outcome.hashed);
    else unreadable += 1;
    bar.increment(outcome.file.size, { files: hashed.length });
  }
  const time = performance.now() - start;
  bar.stop();
  return { time, hashed: hashed.length, unreadable, digest: digestOf(hashed) };
}
