/** The list of tests that cannot hold on a system. When a file runs, leave-out.ts compares its titles with the list. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { fileLeftOut, LEFT_OUT, leftOut, namesNoTest, tell, WINE } from '../support/left-out';

const GUARDIAN = path.join(ROOT, 'test/faults/guardian.test.ts');
const TYPESCRIPT = path.join(ROOT, 'test/typescript.test.ts');
const TSX = 'TypeScript the tsx program starts';

describe('tests that are left out on a system', () => {
  for (const { file, test = '', on, why } of LEFT_OUT) {
    it(`${file}: ${test || 'every test'}: on ${on.join(', ')}`, () => {
      expect(existsSync(path.join(ROOT, file))).to.equal(true);
      expect(on).to.not.deep.equal([]);
      expect(why).to.match(/\w/);
    });
  }

  it('Linux leaves none out', () => {
    expect(LEFT_OUT.filter(({ on }) => on.includes('linux'))).to.deep.equal([]);
    expect(leftOut(GUARDIAN, '80 its line of ps', ['linux'])).to.equal(undefined);
  });

  it('an entry without a test leaves its whole file out', () => {
    expect(fileLeftOut(GUARDIAN, ['win32'])).to.equal(leftOut(GUARDIAN, 'any', ['win32']));
    expect(fileLeftOut(GUARDIAN, ['posix'])).to.equal(undefined);
    expect(leftOut(GUARDIAN, '80 its line of ps has', ['posix'])).to.include({ test: '80 its line of ps' });
    expect(leftOut(GUARDIAN, 'any', ['posix'])).to.equal(undefined);
  });

  it('what does not hold on Windows does not hold under wine either', () => {
    expect(fileLeftOut(GUARDIAN, WINE)).to.not.equal(undefined);
    expect(leftOut(TYPESCRIPT, TSX, WINE)).to.have.deep.property('on', ['wine']);
    expect(leftOut(TYPESCRIPT, TSX, ['win32'])).to.equal(undefined);
  });

  it('an entry that names no test of its file is found', () => {
    const file = path.join(ROOT, 'test/faults/debugger.test.ts');
    const entries = LEFT_OUT.filter(each => file.endsWith(each.file));
    const title = `66 ${entries[0]?.test}`;
    expect(namesNoTest([{ file, title }])).to.deep.equal([]);
    expect(namesNoTest([{ file, title: 'another' }])).to.deep.equal(entries);
    expect(namesNoTest([{ file: path.join(ROOT, 'test/no.test.ts'), title }])).to.deep.equal([]);
  });

  it('an entry of the long form alone may name no test in the short form', () => {
    expect(LEFT_OUT.filter(({ file }) => TYPESCRIPT.endsWith(file))).to.have.length(1);
    expect(namesNoTest([{ file: TYPESCRIPT, title: 'another' }])).to.deep.equal([]);
  });

  it('what is left out is told in one line', () => {
    const entry = fileLeftOut(GUARDIAN, WINE);
    expect(entry && tell(entry, WINE)).to.match(/^LEFT OUT on wine: test\/faults\/guardian.test.ts: every test: \w.*$/);
  });
});
