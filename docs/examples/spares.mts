import { Subprocess } from 'offspring-rx';

export class Answer extends Subprocess<[question: string]> {
  static override SPARES = 2;
  question = '';

  override init(question: string) {
    this.question = question;
  }

  override run() {
    return `${this.question} 42`;
  }
}

for (const question of ['first', 'second', 'third']) {
  console.log(await new Answer(question).result());
}
// prints: first 42
// prints: second 42
// prints: third 42
