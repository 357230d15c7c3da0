import { Subprocess } from 'offspring-rx';
import { mustEqual, record } from './record';

/** The class is not exported, and the program that uses it is in the same file. */
class Greeting extends Subprocess<[word: string]> {
  word = '';

  override init(word: string): void {
    this.word = word;
  }

  override run(): string {
    return `${this.word} from a child`;
  }
}

async function main(): Promise<void> {
  const task = new Greeting('hello');
  mustEqual(await task.result(), 'hello from a child');
  mustEqual((await task.wait()).reason, 'completed');
}

void record('same file', main).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
