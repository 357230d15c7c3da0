/** The doc comments say what users have to know of each export, by its kind, and their examples work. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type * as ExamplesModule from './api-docs/examples';
import { MISSING_OF_PLANTED, PLANTED } from './api-docs/planted';
import { type PublicApi, readPublicApi } from './api-docs/public-api';
import { Rules } from './api-docs/rules';
import { ROOT } from './support/fixture';
import { itInFull, LONG } from './support/long';
import { runNode } from './support/script';

/** What is not said, with the reason. One that is no longer needed makes the test fail. */
const EXCEPTIONS: Record<string, string> = {};

/** Characters that the site shows of a line. */
const WIDEST = 72;

/** Examples that only compile, with the reason. */
const NOT_RUN = [
  // They need Redis. test/bullmq/ runs such programs.
  /^offspring-rx\/bullmq: /,
];

/** They listen to their whole process, so they have one of their own. */
const ALONE = /: (DiagnosticsChannels|instrument|InstrumentOptions|ProcessNode)$/;
const RUNNER = path.join(ROOT, 'build', 'test', 'api-docs', 'run-examples.js');

describe('the doc comments', function () {
  // The examples run one after the other.
  this.timeout(300_000);
  let api: PublicApi;
  let folder: string;

  before(() => {
    api = readPublicApi();
    folder = mkdtempSync(path.join(tmpdir(), 'offspring-api-docs-'));
    writeFileSync(path.join(folder, 'access.log'), 'GET /\n'.repeat(25_000));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Not imported: it loads RxJS and OpenTelemetry. */
  const examplesModule = () => require('./api-docs/examples') as typeof ExamplesModule;

  it('say of each export what users have to know', () => {
    expect(api.items).to.have.length.above(100);
    expect(new Rules(api).missing()).to.have.members(Object.keys(EXCEPTIONS));
  });

  it('would be found wanting by each of these rules', () => {
    const file = path.join(folder, 'planted.d.ts');
    writeFileSync(file, PLANTED);
    const planted = readPublicApi([{ entry: 'planted', file }]);
    expect(new Rules(planted).missing()).to.have.members(MISSING_OF_PLANTED);
  });

  it(`have examples whose lines have at most ${WIDEST} characters, as many as the site shows`, () => {
    const lines = api.items.flatMap(({ name, examples }) =>
      examples.flatMap(code => code.split('\n').map(line => `${name}: ${line}`)),
    );
    expect(lines).to.have.length.above(200);
    expect(lines.filter(line => line.length - line.indexOf(': ') - 2 > WIDEST)).to.deep.equal([]);
  });

  itInFull(`have examples that compile ${LONG}`, async () => {
    const { writeExamples, writeProject } = examplesModule();
    const examples = writeExamples(api.items);
    expect(examples).to.have.length.above(80);
    const compiler = path.join(ROOT, 'node_modules', 'typescript-7', 'bin', 'tsc');
    const { stdout } = await runNode([compiler, '-p', writeProject(examples)], { cwd: ROOT }).ended;
    expect(stdout).to.equal('');
  });

  itInFull(`have examples that run, and print what they say ${LONG}`, async () => {
    const examples = examplesModule().writeExamples(api.items);
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
      const lines = printed[of] ?? ['failed: it did not run'];
      // An example that does not say what it prints may print what differs from run to run.
      const isRight =
        prints.length > 0 ? lines.join('\n') === prints.join('\n') : !lines.some(line => /^failed: /.test(line));
      return isRight ? [] : [{ of, prints, lines }];
    });
    expect(wrong).to.deep.equal([]);
  });
});
