/** What a code host shows and runs: the workflows call what exists, and the templates name what exists. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const filesIn = (folder: string) => readdirSync(path.join(ROOT, folder)).map(file => `${folder}/${file}`);
const WORKFLOWS = filesIn('.github/workflows');
const { version, scripts } = JSON.parse(read('package.json')) as { version: string; scripts: Record<string, string> };

describe('the project on a code host', () => {
  it('has what a host looks for', () => {
    const files = [
      'SECURITY.md',
      'CODE_OF_CONDUCT.md',
      'CONTRIBUTING.md',
      'LICENSE',
      '.github/PULL_REQUEST_TEMPLATE.md',
    ];
    expect(files.filter(file => !existsSync(path.join(ROOT, file)))).to.deep.equal([]);
    expect(WORKFLOWS.map(file => path.basename(file))).to.include.members(['ci.yml', 'docs.yml', 'release.yml']);
  });

  for (const file of [...WORKFLOWS, '.github/PULL_REQUEST_TEMPLATE.md']) {
    it(`${file} calls scripts that exist`, () => {
      const called = [...read(file).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
      expect(called.filter(name => !(name in scripts))).to.deep.equal([]);
      expect(read(file)).not.to.include('\t');
    });
  }

  for (const file of filesIn('.github/ISSUE_TEMPLATE')) {
    it(`${file} links to what exists`, () => {
      const links = [...read(file).matchAll(/\/blob\/main\/([^)\s]+)/g)].map(([, link = '']) => link);
      expect(links.filter(link => !existsSync(path.join(ROOT, link)))).to.deep.equal([]);
    });
  }

  it('every pull request tries a release, and a release needs a line of the changelog', () => {
    expect(read('.github/workflows/ci.yml')).to.include('npm publish --dry-run');
    expect(read('.github/workflows/release.yml')).to.include('npm publish --provenance');
    expect(read('CHANGELOG.md')).to.match(new RegExp(`^## ${version.replaceAll('.', '\\.')}$`, 'm'));
  });
});
