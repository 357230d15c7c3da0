import { keepSpares, Subprocess } from 'offspring-rx';

export class Resize extends Subprocess {
  override run() {
    return 'resized';
  }
}

export class Index extends Subprocess {
  override run() {
    return 'indexed';
  }
}

keepSpares(1);
console.log(await new Resize().result());
console.log(await new Index().result());
keepSpares(0);
// prints: resized
// prints: indexed
