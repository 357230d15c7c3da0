/** From `new Task()` to the first line of `run()`, or of a loop's first `loop()`. */
import type { Subprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';
import { type Contender, simple } from '../../suite/group';
import { between, clock } from './clock';

/** Emits what the clock said in its first line. */
export type AnswerClass = new () => Subprocess<[], string>;

export const subprocessStart = (name: string, load: () => Promise<AnswerClass>): Contender =>
  simple(name, async () => timeOf(await load()));

export async function timeOf(Type: AnswerClass): Promise<number> {
  const start = clock();
  const task = new Type();
  const firstLine = await firstValueFrom(task.message$);
  await task.wait();
  return between(start, firstLine as string);
}
