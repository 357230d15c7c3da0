/** The same from a spare: a class whose process stands ready. Each sample waits until the next one stands. */
import { type Contender, simple } from '../../suite/group';
import { untilAtRest } from '../../suite/rest';
import { type AnswerClass, timeOf } from './subprocess';

/** The classes that keep a spare, one each. */
const started = new Set<AnswerClass>();

export const spareStart = (name: string, load: () => Promise<AnswerClass>): Contender =>
  simple(name, async () => {
    const Type = await load();
    // The first start of a class is a cold one, after which there is its spare.
    if (!started.has(Type)) await timeOf(Type);
    started.add(Type);
    await untilAtRest(started.size);
    return timeOf(Type);
  });
