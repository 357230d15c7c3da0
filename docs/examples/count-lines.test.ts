import { strictEqual } from 'node:assert';
import { expectNoChildren, inProcess } from 'offspring-rx/testing';
import { CountLines } from './count-lines';

describe('CountLines', () => {
  afterEach(() => expectNoChildren());

  it('counts the lines of a file', async () => {
    strictEqual(await inProcess(CountLines, ['access.log']).result(), 25_000);
  });
});
