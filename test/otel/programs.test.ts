/** Programs that are recorded as their users would have it: by --require and --import, compiled and in TypeScript. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { runNode } from '../support/script';

const at = (name: string) => path.join(ROOT, 'test', 'fixtures', 'otel', name);
/** Windows takes no absolute path for an ES module. */
const urlOf = (name: string) => pathToFileURL(at(name)).href;
const tsx = path.join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');

const WAYS: Record<string, string[]> = {
  'CommonJS, by --require': ['--require', at('tracing.cjs'), fixturePath('otel/task')],
  'an ES module, by --import and offspring-rx/otel/register': [
    ...['--import', urlOf('sdk.cjs'), '--import', 'offspring-rx/otel/register'],
    fixturePath('otel/task').replace(/\.js$/, '.mjs'),
  ],
  'TypeScript under tsx, by --require': [tsx, '--require', at('tracing.cjs'), at('task.ts')],
  'an ES module in TypeScript under tsx': [tsx, '--import', urlOf('tracing.cjs'), at('task.mts')],
  NODE_OPTIONS: [fixturePath('otel/task')],
};

describe('offspring-rx/otel: a program in', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'offspring-otel-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [way, args] of rows(Object.entries(WAYS), (_, at) => at === 1)) {
    it(`${way}: the child is in the trace, and exports its spans before it exits ${LONG}`, async () => {
      const file = path.join(folder, way.replaceAll(/\W/g, ''));
      const options = way === 'NODE_OPTIONS' ? { NODE_OPTIONS: `--require ${at('tracing.cjs')}` } : {};
      const { stdout, stderr, code } = await runNode(args, { cwd: ROOT, env: { SPANS: file, ...options } }).ended;
      expect(stderr).to.equal('');
      expect(code).to.equal(0);
      const [caller = '', inChild] = stdout.trim().split(' ');
      expect(inChild).to.equal(caller).and.to.have.length(32);
      const [told, ...rest] = readFileSync(file, 'utf8').trim().split('\n');
      expect(told).to.include(`run Traced ${caller} `);
      // The parent exports only when it likes to.
      expect(rest.filter(line => !line.includes(caller))).to.deep.equal([]);
    });
  }

  itInFull(
    `tasks within tasks: a parent that ends once it has the result does not lose the spans ${LONG}`,
    async () => {
      const file = path.join(folder, 'slow');
      const { stdout, code } = await runNode([at('slow.cjs')], { cwd: ROOT, env: { SPANS: file } }).ended;
      expect({ stdout, code }).to.deep.equal({ stdout: 'done\n', code: 0 });
      expect(readFileSync(file, 'utf8')).to.contain('run Inner 1\n').and.to.contain('run Outer 1\n');
    },
  );
});
