/** The doc comments say what users have to know of each export, by its kind, and their examples work. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { type Example, writeExamples, writeProject } from './api-docs/examples';
import { MISSING_OF_PLANTED, PLANTED } from './api-docs/planted';
import { readPublicApi } from './api-docs/public-api';
import { Rules } from './api-docs/rules';
import { ROOT } from './support/fixture';
import { itInFull, LONG } from './support/long';
import { runNode } from './support/script';

/** What is not said, with the reason. */
const EXCEPTIONS: Record<string, string> = {};

/** Examples that only compile, with the reason. */
const NOT_RUN = [
  // They need Redis. test/bullmq/ runs such programs.
  /^offspring-rx\/bullmq: /,
];

/** They listen to their whole process, so they have one of their own. */
const ALONE = /: (DiagnosticsChannels|instrument|InstrumentOptions|ProcessNode)$/;
const RUNNER = path.join(ROOT, 'build', 'test', 'api-docs', 'run-examples.js');

describe('the doc comments', () => {
  it('say of each export what users have to know', () => {
    const api = readPublicApi();
    expect(api.items).to.have.length.above(100);
    // An exception that is no longer needed must go.
    expect(new Rules(api).missing()).to.have.members(Object.keys(EXCEPTIONS));
  });

  it('would be found wanting by each of these rules', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'offspring-api-docs-')), 'planted.d.ts');
    writeFileSync(file, PLANTED);
    const { items, checker } = readPublicApi([{ entry: 'planted', file }]);
    rmSync(path.dirname(file), { recursive: true });
    expect(new Rules({ items, checker }).missing()).to.have.members(MISSING_OF_PLANTED);
  });

  describe('have examples', () => {
    let examples: Example[];
    let folder: string;

    before(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'offspring-api-docs-'));
      writeFileSync(path.join(folder, 'access.log'), 'GET /\n'.repeat(25_000));
      examples = writeExamples(readPublicApi().items);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    itInFull(`that compile ${LONG}`, async () => {
      expect(examples).to.have.length.above(80);
      const compiler = path.join(ROOT, 'node_modules', 'typescript-7', 'bin', 'tsc');
      const { stdout } = await runNode([compiler, '-p', writeProject(examples)], { cwd: ROOT }).ended;
      expect(stdout).to.equal('');
    });

    itInFull(`that run, and print what they say ${LONG}`, async () => {
      const running = examples.filter(({ of }) => !NOT_RUN.some(pattern => pattern.test(of)));
      const alone = running.filter(({ of }) => ALONE.test(of));
      const printed: Record<string, string[]> = {};
      for (const group of [running.filter(each => !alone.includes(each)), ...alone.map(each => [each])]) {
        const { code, stdout, stderr } = await runNode([RUNNER, JSON.stringify(group)], { cwd: folder }).ended;
        expect(stderr).to.equal('');
        expect(code, stdout).to.equal(0);
        Object.assign(printed, JSON.parse(stdout.trim().split('\n').at(-1) as string));
      }
      const wrong = running.flatMap(({ of, prints }) => {
        const lines = printed[of] ?? [];
        // An example that does not say what it prints may print what differs from run to run.
        const isRight =
          prints.length > 0 ? lines.join('\n') === prints.join('\n') : !lines.some(line => /^failed: /.test(line));
        return isRight ? [] : [{ of, prints, lines }];
      });
      expect(wrong).to.deep.equal([]);
    });
  });
});
