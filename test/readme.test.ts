/** README.md says what is so: its examples are files that run, and it leaves out nothing that is public. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Subprocess, SubprocessLoop } from 'offspring-rx';
import * as operators from 'offspring-rx/operators';
import { ROOT } from './support/fixture';
import { runNode } from './support/script';

const EXAMPLES = path.join(ROOT, 'docs', 'examples');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const readme = read('README.md');

interface Block {
  /** Where the README says that the code is: `docs/examples/tasks.ts#region`. */
  example: string | undefined;
  code: string;
}

const blocks: Block[] = [...readme.matchAll(/(?:^<!-- example: (\S+) -->\n)?^```ts\n(.*?)^```$/gms)].map(
  ([, example, code = '']) => ({ example, code }),
);

/** The code of `docs/examples/a.ts`, or of a region of it. */
function codeOf(example: string): string {
  const [file = '', region] = example.split('#');
  const text = read(file);
  if (region === undefined) return text;
  const start = text.indexOf(`// #region ${region}\n`);
  expect(start, `${file} has a region ${region}`).to.be.at.least(0);
  return text.slice(text.indexOf('\n', start) + 1, text.indexOf('// #endregion', start));
}

it('README.md has no two versions of anything', () => {
  expect(readme).not.to.match(/^([<>=|] ?){7}/m);
});

const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);
const isMentioned = (name: string) => new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(readme);
const expectMentioned = (all: string[]) =>
  expect(
    all.filter(name => !isMentioned(name)),
    'not in README.md',
  ).to.deep.equal([]);

describe('README.md', () => {
  describe('every ts block is an example', () => {
    it('has the examples at all', () => {
      expect(blocks).to.have.length.above(5);
    });

    it('uses no other name for TypeScript', () => {
      expect(readme).not.to.match(/^```(typescript|tsx|js|javascript|mts|cts)/m);
    });

    for (const [index, { example, code }] of blocks.entries()) {
      it(`block ${index + 1}: ${example ?? code.split('\n')[0]}`, () => {
        expect(example, 'the comment <!-- example: docs/examples/... --> before the block').to.be.a('string');
        expect(code).to.equal(codeOf(example as string));
      });
    }
  });

  describe('every example runs and prints what it says', () => {
    let directory: string;

    before(() => {
      directory = mkdtempSync(path.join(tmpdir(), 'offspring-readme-'));
      writeFileSync(path.join(directory, 'access.log'), 'GET /\n'.repeat(25_000));
      writeFileSync(path.join(directory, 'error.log'), 'oh no\n'.repeat(12_000));
    });

    after(() => rmSync(directory, { recursive: true }));

    for (const file of readdirSync(EXAMPLES)) {
      it(file, async () => {
        const script = path.join(ROOT, 'build', 'docs', 'examples', file.replace(/ts$/, 'js'));
        const expected = names(readFileSync(path.join(EXAMPLES, file), 'utf8'), /^\s*\/\/ prints: (.*)$/gm);
        const { code, stdout, stderr } = await runNode([script], { cwd: directory }).ended;
        expect(stderr).to.equal('');
        expect(code).to.equal(0);
        expect(stdout.split('\n').slice(0, -1)).to.deep.equal(expected);
      });
    }
  });

  describe('leaves nothing out', () => {
    it('every flag', () => {
      const flags = [...Object.keys(Subprocess), ...Object.keys(SubprocessLoop)];
      expect(flags).to.include.members(['WAIT_FOR_CHILD', 'MODULE', 'DEFAULT_SLEEP']);
      expectMentioned(flags);
    });

    it('every member', () => {
      const members = [Subprocess, SubprocessLoop].flatMap(type => Object.getOwnPropertyNames(type.prototype));
      expect(members).to.include.members(['state$', 'shutdown', 'iteration$']);
      expectMentioned([...members.filter(name => name !== 'constructor'), 'run', 'loop', 'shutdownAll']);
      expectMentioned(['asyncDispose', 'await using']);
    });

    it('every export', () => {
      const lists = ['src/index.ts', 'src/pool/index.ts'].flatMap(file =>
        names(read(file), /export (?:type )?\{([^}]*)\}/g),
      );
      const exported = lists.flatMap(list => list.split(',')).map(name => name.replace(/^\s*type /, '').trim());
      expect(exported).to.include.members(['Subprocess', 'isStartError', 'ExitStatus']);
      expectMentioned(exported.filter(name => name !== ''));
      expectMentioned(Object.keys(operators));
      const supervise = names(read('src/supervise/index.ts'), /export (?:type )?\{([^}]*)\}/g);
      expectMentioned(supervise.flatMap(list => list.split(',')).map(name => name.replace(/^\s*type /, '').trim()));
    });
  });

  it('links to what exists', () => {
    const links = names(readme, /\]\(([^)\s]+)\)/g).filter(link => !/^https?:/.test(link));
    expect(links).to.include('docs/states.svg');
    const anchors = [
      ...names(readme, /<a id="([^"]+)"/g),
      ...names(readme, /^#+ (.+)$/gm).map(heading =>
        heading
          .toLowerCase()
          .replace(/[^\w\s-]/g, '')
          .replaceAll(' ', '-'),
      ),
    ];
    const broken = links.filter(link =>
      link.startsWith('#') ? !anchors.includes(link.slice(1)) : !existsSync(path.join(ROOT, link)),
    );
    expect(broken).to.deep.equal([]);
  });
});
