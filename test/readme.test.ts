/** README.md and docs/ say what is so: their examples are files that run, and they leave out nothing that is public. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Subprocess, SubprocessLoop } from 'offspring-rx';
import * as operators from 'offspring-rx/operators';
import { ROOT } from './support/fixture';
import { LONG, rows } from './support/long';
import { runNode } from './support/script';

const EXAMPLES = path.join(ROOT, 'docs', 'examples');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const markdownIn = (folder: string) =>
  readdirSync(path.join(ROOT, folder))
    .filter(file => file.endsWith('.md'))
    .map(file => `${folder}/${file}`);

/** Pages that a run writes, or that list what the tests must provoke. Their tables are as wide as they need. */
const LISTS = ['docs/benchmarks.md', 'docs/reliability.md', 'docs/faults.md', 'docs/consumers.md'];
const GUIDES = ['docs', 'docs/migrating', 'docs/recipes'].flatMap(markdownIn);
/** What a user reads. */
const PAGES = ['README.md', ...GUIDES].filter(page => !LISTS.includes(page));
const EVERY_PAGE = [...PAGES, ...LISTS, 'CHANGELOG.md', 'CONTRIBUTING.md'];
const everything = PAGES.map(read).join('\n');

const MOST_LINES_OF_README = 250;
/** Characters of a table cell: a short sentence. */
const LONGEST_CELL = 120;

interface Block {
  page: string;
  /** Where the page says that the code is: `docs/examples/tasks.ts`. */
  example: string | undefined;
  code: string;
}

const blocks: Block[] = PAGES.flatMap(page =>
  [...read(page).matchAll(/(?:^<!-- example: (\S+) -->\n)?^```ts\n(.*?)^```$/gms)].map(([, example, code = '']) => ({
    page,
    example,
    code,
  })),
);

const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);
/** `text` without its blocks of code, where a line that opens with # or | means something else. */
const prose = (text: string) => text.replace(/^```.*?^```$/gms, '');
const isMentioned = (name: string) =>
  new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(everything);
const expectMentioned = (all: string[]) =>
  expect(
    all.filter(name => !isMentioned(name)),
    'neither in README.md nor in docs/',
  ).to.deep.equal([]);

/** What a link may name in a page after its #. */
function anchorsOf(page: string): string[] {
  const text = prose(read(page));
  const slugs = names(text, /^#+ (.+)$/gm).map(heading =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
  return [...names(text, /<a id="([^"]+)"/g), ...slugs];
}

function isBroken(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
  if (!existsSync(path.join(ROOT, target))) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

/** What runs an example that is a test: mocha, or node:test if it imports that. Nothing for any other example. */
function runnerOf(file: string): string[] {
  if (!/\.test\.m?ts$/.test(file)) return [];
  const isForNode = readFileSync(path.join(EXAMPLES, file), 'utf8').includes("from 'node:test'");
  const mocha = path.join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js');
  return isForNode ? ['--test'] : [mocha, '--no-config'];
}

function cellsOf(page: string): string[] {
  const rows = names(prose(read(page)), /^\|(.*)\|$/gm);
  return rows.flatMap(row => row.split(/(?<!\\)\|/).map(cell => cell.trim()));
}

describe('README.md and docs/', () => {
  describe('every ts block is an example', () => {
    it('has the examples at all', () => {
      expect(blocks).to.have.length.above(5);
    });

    for (const { page, example, code } of blocks) {
      it(`${page}: ${example ?? code.split('\n')[0]}`, () => {
        expect(example, 'the comment <!-- example: docs/examples/... --> before the block').to.be.a('string');
        expect(code).to.equal(read(example as string));
      });
    }

    it('and every example is in a page', () => {
      const shown = blocks.map(({ example }) => example);
      const files = readdirSync(EXAMPLES).map(file => `docs/examples/${file}`);
      expect(files.filter(file => !shown.includes(file))).to.deep.equal([]);
    });
  });

  describe('every example runs and prints what it says', () => {
    let directory: string;

    before(() => {
      directory = mkdtempSync(path.join(tmpdir(), 'offspring-readme-'));
      writeFileSync(path.join(directory, 'access.log'), 'GET /\n'.repeat(25_000));
      writeFileSync(path.join(directory, 'error.log'), 'oh no\n'.repeat(12_000));
    });

    after(() => rmSync(directory, { recursive: true }));

    // left-out-list.ts names this one, so every run knows it.
    const known = 'start.mts';
    // Two programs that need Redis: test/bullmq/docs.test.ts runs them.
    const ofQueue = ['queue-host.mts', 'queue-caller.mts'];
    const others = readdirSync(EXAMPLES).filter(file => file !== known && !ofQueue.includes(file));
    for (const file of [known, ...rows(others, (_, at) => at % 16 === 0)]) {
      it(file === known ? file : `${file} ${LONG}`, async () => {
        const script = path.join(ROOT, 'build', 'docs', 'examples', file.replace(/ts$/, 'js'));
        const expected = names(readFileSync(path.join(EXAMPLES, file), 'utf8'), /^\s*\/\/ prints: (.*)$/gm);
        const { code, stdout, stderr } = await runNode([...runnerOf(file), script], { cwd: directory }).ended;
        expect(stderr).to.equal('');
        expect(code, stdout).to.equal(0);
        if (runnerOf(file).length > 0) return;
        expect(stdout.split('\n').slice(0, -1)).to.deep.equal(expected);
      });
    }
  });

  describe('leave nothing out', () => {
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
      const entries = ['', 'pool/', 'testing/', 'bullmq/', 'otel/'].map(folder => `src/${folder}index.ts`);
      const lists = entries.flatMap(file => names(read(file), /export (?:type )?\{([^}]*)\}/g));
      const exported = lists.flatMap(list => list.split(',')).map(name => name.replace(/^\s*type /, '').trim());
      expect(exported).to.include.members(['Subprocess', 'isStartError', 'ExitStatus']);
      expectMentioned(exported.filter(name => name !== ''));
      expectMentioned(Object.keys(operators));
      const supervise = names(read('src/supervise/index.ts'), /export (?:type )?\{([^}]*)\}/g);
      expectMentioned(supervise.flatMap(list => list.split(',')).map(name => name.replace(/^\s*type /, '').trim()));
    });

    it('every page, which README.md, docs/index.md or the list of its folder links to', () => {
      const links = ['README.md', 'docs/index.md', 'docs/migrating.md', 'docs/recipes.md'].flatMap(page =>
        names(read(page), /\]\(([^)\s#]+)/g).map(link => path.posix.join(path.posix.dirname(page), link)),
      );
      expect(GUIDES.filter(page => !links.includes(page))).to.deep.equal([]);
    });

    it("every page, in the site's sidebar", () => {
      const listed = names(read('docs/.vitepress/sidebar.mjs'), /, '([\w/-]+)'\]/g).map(page => `docs/${page}.md`);
      expect(GUIDES.filter(page => page !== 'docs/index.md' && !listed.includes(page))).to.deep.equal([]);
    });
  });

  describe('are calm to read', () => {
    it(`README.md has fewer than ${MOST_LINES_OF_README} lines`, () => {
      expect(read('README.md').trimEnd().split('\n')).to.have.length.below(MOST_LINES_OF_README);
    });

    it('README.md has the figures of the latest benchmark', () => {
      const tables = read('README.md').split('## Beside others')[1]?.split('| Take')[0] ?? '';
      const figures = names(tables, /(?<=[|,] +)([\d.]+(?:,\d{3})*)(?=,? )/g);
      const measured = new Set(names(read('docs/benchmarks.md'), /\| +([\d.,]+)(?= \|)/g));
      expect(figures).to.have.length.above(20);
      expect(figures.filter(figure => !measured.has(figure))).to.deep.equal([]);
    });

    for (const page of PAGES) {
      it(`${page} has no table cell that is longer than a short sentence`, () => {
        expect(cellsOf(page).filter(cell => cell.length > LONGEST_CELL)).to.deep.equal([]);
      });
    }
  });

  for (const page of EVERY_PAGE) {
    it(`${page} links to what exists`, () => {
      const links = names(read(page), /\]\(([^)\s]+)\)/g).filter(link => !/^https?:/.test(link));
      expect(links.filter(link => isBroken(page, link))).to.deep.equal([]);
    });

    it(`${page} has no marks of a merge, and no other name for TypeScript`, () => {
      expect(read(page)).not.to.match(/^([<>=|] ?){7}/m);
      expect(read(page)).not.to.match(/^```(typescript|tsx|js|javascript|mts|cts)/m);
    });
  }
});
