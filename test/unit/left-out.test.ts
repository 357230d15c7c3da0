/** The list of tests that cannot hold on a system names tests that exist. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { LEFT_OUT, whyLeftOut } from '../support/left-out';

const words = (text: string) => text.match(/[\p{L}\d]+/gu) ?? [];

describe('tests that are left out on a system', () => {
  for (const { file, test = '', on, why } of LEFT_OUT) {
    it(`${file}: ${test || 'every test'}: on ${on.join(', ')}`, () => {
      expect(existsSync(path.join(ROOT, file))).to.equal(true);
      // Parts of a title may come from a table.
      expect(words(readFileSync(path.join(ROOT, file), 'utf8'))).to.include.members(words(test));
      expect(on).to.not.deep.equal([]);
      expect(why).to.match(/\w/);
    });
  }

  it('Linux leaves none out', () => {
    expect(LEFT_OUT.filter(({ on }) => on.includes('linux'))).to.deep.equal([]);
    expect(whyLeftOut(path.join(ROOT, 'test/unit/no.test.ts'), 'no test')).to.equal(undefined);
  });
});
