/** A failure that nobody handles is printed once, however the parent ends. One that is handled late is not printed. */
import { expect } from 'chai';
import { fixturePath } from '../support/fixture';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const task = (script: string) =>
  runNode(['-e', `const { Breaking } = require(${JSON.stringify(fixturePath('tasks'))});\n${script}`]);

const told = (stderr: string) => stderr.match(/nobody handled/g)?.length ?? 0;

describe('a failure is handled', () => {
  const WAYS = {
    'after wait()': 'await task.wait();',
    'after a loop over messages()': 'for await (const message of task.messages()) console.log(message);',
    'after a loop over messages() that is behind': `for await (const message of task.messages()) {
      console.log(message);
      await task.wait();
      await new Promise(resolve => setTimeout(resolve, 50));
    }`,
  };
  for (const [when, way] of Object.entries(WAYS)) {
    it(`by a caller that asks for the result ${when}`, async () => {
      const { stdout, stderr } = await task(`(async () => {
        const task = new Breaking(3);
        ${way}
        await task.result().catch(error => console.log('caught', error.remote.message));
      })();`).ended;
      expect(stdout).to.match(/^(0\n1\n2\n)?caught broken\n$/);
      expect(stderr).to.equal('');
    });
  }
});

describe('a failure that nobody handles is printed once', () => {
  const folder = temporaryFolder();

  it('after a loop over messages() that is behind', async () => {
    const { stderr } = await task(`(async () => {
      const task = new Breaking(3);
      for await (const message of task.messages()) await task.wait();
    })();`).ended;
    expect(told(stderr)).to.equal(1);
    expect(stderr).to.match(/TypeError: broken/);
  });

  it('if such a loop never ends', async () => {
    const { code, stderr } = await task(`(async () => {
      const task = new Breaking(3);
      for await (const message of task.messages()) await task.wait().then(() => new Promise(() => {}));
    })();`).ended;
    expect(code).to.equal(0);
    expect(told(stderr)).to.equal(1);
  });

  it('each, of many at once', async () => {
    const { stderr } = await task('for (let task = 0; task < 12; task++) new Breaking(0).wait();').ended;
    expect(told(stderr)).to.equal(12);
    expect(stderr).not.to.match(/MaxListeners/);
  });

  it('if the parent exits as soon as the child has ended', async () => {
    const { code, stderr } = await task('new Breaking(0).wait().then(() => process.exit(3));').ended;
    expect(code).to.equal(3);
    expect(told(stderr)).to.equal(1);
  });

  it('if the parent exits while the child ends', async () => {
    const { code, stderr } = await task('new Breaking(0).exit$.subscribe(() => process.exit(4));').ended;
    expect(code).to.equal(4);
    expect(told(stderr)).to.equal(1);
  });

  it('if the parent’s exit causes the failure', async () => {
    const { code, stderr } = await runNode([
      '-e',
      `const { Subprocess } = require('offspring-rx');
      class Prepared extends Subprocess {
        static WAIT_FOR_CHILD = true;
        init() { throw new TypeError('not ready'); }
        run() {}
      }
      new Prepared();
      process.exit(3);`,
    ]).ended;
    expect(code).to.equal(3);
    expect(told(stderr)).to.equal(1);
    expect(stderr).to.match(/not ready/);
  });

  it('if a signal ends the parent', async () => {
    const script = runNode([
      '-e',
      `const { EndThrows } = require(${JSON.stringify(fixturePath('loops'))});
      new EndThrows(${JSON.stringify(folder.file('log'))}).ready$.subscribe(() => console.log('ready'));`,
    ]);
    await script.says('ready');
    process.kill(script.pid, 'SIGINT');
    const { signal, stderr } = await script.ended;
    expect(signal).to.equal('SIGINT');
    expect(told(stderr)).to.equal(1);
    expect(stderr).to.match(/EndThrows\.end\(\) threw/);
  });
});
