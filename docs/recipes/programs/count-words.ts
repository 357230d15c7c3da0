import { createReadStream } from 'node:fs';
import { type ItemContext, SubprocessWorker } from 'offspring-rx/pool';

export class CountWords extends SubprocessWorker<[], string, number> {
  override async work(file: string, { signal }: ItemContext) {
    let words = 0;
    let isInWord = false;
    for await (const chunk of createReadStream(file, { encoding: 'utf8', signal })) {
      for (const character of chunk as string) {
        const isSpace = character.trim() === '';
        if (!isSpace && !isInWord) words += 1;
        isInWord = !isSpace;
      }
    }
    return words;
  }
}
