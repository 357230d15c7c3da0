/** docs/recipes/: each block of a page is a file, and each file is in a page. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { PROGRAMS } from '../support/recipes';

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

describe('the pages of the recipes', () => {
  it('every block of a page is its program, and every program is in a page', () => {
    const pages = readdirSync(path.join(ROOT, 'docs', 'recipes')).filter(file => file.endsWith('.md'));
    const blocks = pages.flatMap(page => [
      ...read(`docs/recipes/${page}`).matchAll(/^<!-- example: (\S+) -->\n```\w+\n(.*?)^```$/gms),
    ]);
    for (const [, file = '', code] of blocks) expect(code, file).to.equal(read(file));
    const shown = blocks.map(([, file = '']) => path.basename(file));
    expect(readdirSync(PROGRAMS).filter(file => !shown.includes(file))).to.deep.equal([]);
    const list = read('docs/recipes.md');
    expect(pages.filter(page => !list.includes(`(recipes/${page})`))).to.deep.equal([]);
  });
});
