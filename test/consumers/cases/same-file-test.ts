import { test } from 'RUNNER';
import { Subprocess } from 'offspring-rx';
import { mustEqual, record } from './record';

/** The class is in the file of its test. */
class Greeting extends Subprocess<[word: string]> {
  word = '';

  override init(word: string): void {
    this.word = word;
  }

  override run(): string {
    return `${this.word} from a child`;
  }
}

test(
  'same file',
  () => record('same file', async () => mustEqual(await new Greeting('hello').result(), 'hello from a child')),
  30_000,
);
