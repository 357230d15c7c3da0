/** FAULTS 9: how the child finds the class. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { fixture, fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { runNode } from '../support/script';
import { startFails } from '../support/start-fails';
import { temporaryFolder } from '../support/temporary';

const classes = fixture<typeof import('../fixtures/classes/index')>('classes/index');

async function run(script: string) {
  const { code, stdout, stderr } = await runNode([fixturePath(`scripts/${script}`).replace(/\.js$/, '')]).ended;
  return { code, stderr, lines: stdout.split('\n').filter(Boolean) };
}

describe('9 a class of another module', () => {
  it('is not confused with one of the same name in another module', async () => {
    expect(await Promise.all([new classes.One().result(), new classes.Two().result()])).to.deep.equal(['one', 'two']);
  });
  it('may be a subclass of a subclass', async () => {
    expect(await new classes.Heir().result()).to.equal('heir of one');
  });
  it('may be a default export, re-exported through an index', async () => {
    expect(await new classes.ByDefault().result()).to.equal('by default');
  });
  it('may be in an ES module: exported, default, unexported', async () => {
    const esm = await import(pathToFileURL(fixturePath('classes/index-esm').replace(/js$/, 'mjs')).href);
    expect(await new esm.Esm().result()).to.equal('esm');
    expect(await new esm.ByDefault().result()).to.equal('by default, esm');
    expect(await esm.makeHidden().result()).to.equal('hidden');
  });
});

describe('9 classes that one function has made, in an ES module', () => {
  const made = () =>
    import(pathToFileURL(fixturePath('classes/made').replace(/js$/, 'mjs')).href) as Promise<
      typeof import('../fixtures/classes/made.mjs')
    >;

  itInFull(`cannot be told apart, and the child says so, though they are exported ${LONG}`, async () => {
    const { One } = await made();
    await startFails(
      new One(),
      'load',
      /^Made \(made\.mjs:\d+\) is one of 4 classes with this name and the same text.*class A extends make\(\) \{\}/,
    );
  });
  it('are told apart if each is extended as a class of its own', async () => {
    const { Three, Four } = await made();
    expect(await Promise.all([new Three().result(), new Four().result()])).to.deep.equal(['three', 'four']);
  });
  it('are told apart by a static name', async () => {
    const { Five, Six } = await made();
    expect(await Promise.all([new Five().result(), new Six().result()])).to.deep.equal(['Five (of a kind)', 'Six']);
  });
});

describe('9 a class in the script itself', () => {
  for (const script of rows(['seed.mjs', 'seed-commonjs.cjs'], (_, at) => at === 0)) {
    it(`${script}: the seed’s example as it stands ${LONG}`, async () => {
      const { code, stderr, lines } = await run(script);
      expect(lines).to.deep.equal(['run this is arg1', 'over']);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    });
  }
  itInFull(
    `several classes that a loop has made: the second is refused, since the child would run the first ${LONG}`,
    async () => {
      const { lines } = await run('several.mjs');
      expect(lines[0]).to.equal('one');
      expect(lines[1]).to.match(
        /Made: .*several\.mjs:\d+ has made several classes Made.*write each as a class of its own/,
      );
    },
  );
  itInFull(`two tasks awaited one after the other ${LONG}`, async () => {
    const { code, lines } = await run('two-awaited.mjs');
    expect(lines).to.deep.equal(['first runs', 'completed', 'second runs', 'completed']);
    expect(code).to.equal(0);
  });
  it('a class that is evaluated only after a task: an error that says what to do', async () => {
    const { lines } = await run('second-not-reached.mjs');
    expect(lines[0]).to.equal('first runs');
    expect(lines[1]).to.match(
      /^Second \(second-not-reached\.mjs:\d+\) was not reached.*waits at its top level for First.*move/,
    );
  });
  itInFull(`run uses what the script loads later ${LONG}`, async () => {
    const { lines } = await run('config-after.mjs');
    expect(lines).to.deep.equal(['run with config', 'completed']);
  });
  for (const script of rows(['async-main.mjs', 'async-main-commonjs.cjs'], (_, at) => at === 1)) {
    it(`${script}: main constructs after an await, its task and the task’s own child run once ${LONG}`, async () => {
      const { code, stderr, lines } = await run(script);
      expect(lines).to.deep.equal(['task runs', 'nested runs', 'completed']);
      expect(code).to.equal(0);
      expect(stderr).to.match(/OFFSPRING_INERT.*isChild/);
    });
  }
  itInFull(`streams subscribed to at the top level ${LONG}`, async () => {
    const { lines } = await run('streams.mjs');
    expect(lines.filter(line => line !== 'exited')).to.deep.equal(['created', 'starting', 'running', 'hello', '5']);
  });
});

describe('9 an ES module by its syntax alone, that awaits its task at the top level', () => {
  const folder = temporaryFolder();

  it('is loaded in the child too', async () => {
    writeFileSync(folder.file('package.json'), '{}');
    const library = JSON.stringify(pathToFileURL(`${ROOT}/dist/index.js`).href);
    const code = `import { Subprocess } from ${library};
      class Task extends Subprocess { run() { return 'ran'; } }
      console.log(await new Task().result());`;
    writeFileSync(folder.file('once.js'), code);
    expect(await runNode([folder.file('once.js')]).ended).to.include({ code: 0, stdout: 'ran\n' });
  });
});
