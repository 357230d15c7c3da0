/** The same from a spare of no class, which stands at rest before each sample. */
import { keepSpares } from 'offspring-rx';
import { type Contender, simple } from '../../suite/group';
import { untilAtRest } from '../../suite/rest';
import { type AnswerClass, timeOf } from './subprocess';

export const blankStart = (name: string, load: () => Promise<AnswerClass>): Contender =>
  simple(name, async () => {
    const Type = await load();
    keepSpares(1);
    await untilAtRest(1);
    const time = await timeOf(Type);
    keepSpares(0);
    return time;
  });
