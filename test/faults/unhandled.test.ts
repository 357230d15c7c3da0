/** A failure that nobody handles is printed once, however the parent ends. One that is handled late is not printed. */
import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { runNode } from '../support/script';
import { someAtOnce } from '../support/some-at-once';
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
  for (const [when, way] of rows(Object.entries(WAYS), (_, at) => at === 2)) {
    it(`by a caller that asks for the result ${when} ${LONG}`, async () => {
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

  itInFull(`after a loop over messages() that is behind ${LONG}`, async () => {
    const { stderr } = await task(`(async () => {
      const task = new Breaking(3);
      for await (const message of task.messages()) await task.wait();
    })();`).ended;
    expect(told(stderr)).to.equal(1);
    expect(stderr).to.match(/TypeError: broken/);
  });

  itInFull(`if such a loop never ends ${LONG}`, async () => {
    const { code, stderr } = await task(`(async () => {
      const task = new Breaking(3);
      for await (const message of task.messages()) await task.wait().then(() => new Promise(() => {}));
    })();`).ended;
    expect(code).to.equal(1);
    expect(told(stderr)).to.equal(1);
  });

  itInFull(`each, of many at once ${LONG}`, async () => {
    const count = 12;
    const { stderr } = await task(`for (let task = 0; task < ${count}; task++) new Breaking(0).wait();`).ended;
    expect(told(stderr)).to.equal(count);
    expect(stderr).not.to.match(/MaxListeners/);
  });

  itInFull(`if the parent exits as soon as the child has ended ${LONG}`, async () => {
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

describe('55 the exit code of a parent', () => {
  const folder = temporaryFolder();
  const FIXTURES = ['tasks', 'loops', 'enders', 'pool'].map(name => `...require(${JSON.stringify(fixturePath(name))})`);
  const HEAD = `const { Breaking, LoopThrows, BeginThrows, Throwing, Sleeper } = { ${FIXTURES.join(', ')} };
    const { Subprocess, fromSubprocess } = require('offspring-rx');
    const { supervise } = require('offspring-rx/supervise');
    const { WorkerPool, mapInSubprocess } = require('offspring-rx/pool');
    const { catchError, EMPTY, of } = require('rxjs');
  `;
  const parent = (script: string) => runNode(['-e', `${HEAD}\n${script}`]).ended;
  const log = () => JSON.stringify(folder.file('log'));

  const UNHANDLED: Record<string, () => string> = {
    'a task that nobody follows': () => 'new Breaking(0).exit$.subscribe();',
    'wait() alone': () => 'new Breaking(0).wait();',
    'a loop over messages()': () =>
      '(async () => { for await (const message of new Breaking(2).messages()) console.log(message); })();',
    'a loop that throws': () => `new LoopThrows(${log()}).wait();`,
    'a loop that does not begin': () => `new BeginThrows(${log()}).wait();`,
    'a child that somebody killed': () =>
      'const task = new Sleeper(1e6); task.ready$.subscribe(() => task.process.kill("SIGKILL")); task.wait();',
    'a child that cannot start': () =>
      'class Bad extends Subprocess { init() { throw new Error("no"); } run() {} } new Bad().wait();',
    'an end by process.exit()': () => 'new Breaking(0).wait().then(() => process.exit());',
  };
  it(`is 1 after a failure that nobody handled ${LONG}`, async () => {
    const some = rows(Object.entries(UNHANDLED), (_, at) => at === 1);
    await someAtOnce(some, async ([what, script]) => {
      const { code, stderr } = await parent(script());
      expect(told(stderr), what).to.equal(1);
      expect(stderr, what).to.match(/\ncode: OFFSPRING_[A-Z_]+\n/);
      expect(code, what).to.equal(1);
    });
  });

  itInFull(`names the streams that do not error, if they were subscribed to ${LONG}`, async () => {
    const { stderr } = await parent('new Breaking(0).message$.subscribe();');
    expect(stderr).to.include('(with result(), result$ or ready$; message$ does not error, and completed)');
    const { stderr: none } = await parent('new Breaking(0).wait();');
    expect(none).to.include('(with result(), result$ or ready$)\n');
  });

  const OWN: [what: string, script: string, code: number][] = [
    ['set before', 'process.exitCode = 3; new Breaking(0).wait();', 3],
    ['set before, to 0', 'process.exitCode = 0; new Breaking(0).wait();', 0],
    ['set afterwards', 'new Breaking(0).wait().then(() => setTimeout(() => { process.exitCode = 4; }, 100));', 4],
    ['given to process.exit()', 'new Breaking(0).wait().then(() => setTimeout(() => process.exit(0), 100));', 0],
    [
      'of an error that is handled by an exit',
      'process.on("uncaughtException", () => process.exit(9)); new Breaking(0).wait().then(() => { throw new Error("own"); });',
      9,
    ],
  ];
  it(`stays what it was if the program says so ${LONG}`, async () => {
    const some = rows(OWN, (_, at) => at === 0);
    await someAtOnce(some, async ([what, script, expected]) => {
      const { code, stderr } = await parent(script);
      expect(told(stderr), what).to.equal(1);
      expect(code, what).to.equal(expected);
    });
  });

  itInFull(`stays what it was: an error that nobody caught, and a signal ${LONG}`, async () => {
    const thrown = await parent(
      'new Breaking(0).wait().then(() => setTimeout(() => { throw new Error("own"); }, 100));',
    );
    expect(thrown.code).to.equal(1);
    const raised = await parent(
      'new Breaking(0).wait().then(() => setTimeout(() => process.kill(process.pid, "SIGTERM"), 100));',
    );
    expect(raised).to.include({ code: null, signal: 'SIGTERM' });
  });

  const HANDLED: Record<string, () => string> = {
    'result()': () => 'new Breaking(0).result().catch(() => {});',
    'result() after wait()': () =>
      'const task = new Breaking(0); task.wait().then(() => task.result()).catch(() => {});',
    result$: () => 'new Breaking(0).result$.subscribe({ error() {} });',
    'ready$, of a child that cannot start': () => `new BeginThrows(${log()}).ready$.subscribe({ error() {} });`,
    'result() of a loop': () => `new LoopThrows(${log()}).result().catch(() => {});`,
    'fromSubprocess()': () => 'fromSubprocess(() => new Breaking(0)).pipe(catchError(() => EMPTY)).subscribe();',
    'fromSubprocess() of messages': () =>
      'fromSubprocess(() => new Breaking(1), task => task.message$).pipe(catchError(() => EMPTY)).subscribe();',
    'supervise()': () =>
      'supervise(() => new Breaking(0), { intensity: { restarts: 1, period: 10_000 }, backoff: { initial: 1 } }).pipe(catchError(() => EMPTY)).subscribe();',
    'run() of a pool': () =>
      '(async () => { const pool = new WorkerPool(Throwing); await pool.run("x").catch(() => {}); await pool.shutdown(); })();',
    'mapInSubprocess()': () => 'of("x").pipe(mapInSubprocess(Throwing), catchError(() => EMPTY)).subscribe();',
    'a shutdown': () => 'const task = new Sleeper(1e6); task.ready$.subscribe(() => task.shutdown());',
  };
  it(`stays 0 after a failure that somebody handled ${LONG}`, async () => {
    const some = rows(Object.entries(HANDLED), (_, at) => at === 1);
    await someAtOnce(some, async ([what, script]) => {
      const { code, stderr } = await parent(script());
      expect(stderr, what).to.equal('');
      expect(code, what).to.equal(0);
    });
  });

  const asked = [
    ['result', 0],
    ['wait', 1],
  ] as const;
  for (const [how, expected] of rows(asked, ([name]) => name === 'wait')) {
    it(`a child of a child fails, and the parent asks for ${how}() of its own ${LONG}`, async () => {
      const code = `const { Subprocess, isChild } = require(${JSON.stringify(ROOT)});
        exports.Failing = class Failing extends Subprocess { run() { throw new Error('deep'); } };
        exports.Middle = class Middle extends Subprocess {
          async run() { await new exports.Failing().wait(); return 'done'; }
        };
        if (!isChild) {
          const task = new exports.Middle();
          task.${how}().then(value => console.log(value.reason ?? value));
          task.exit$.subscribe(({ reason, code }) => console.log(reason, code));
        }`;
      writeFileSync(folder.file('deep.cjs'), code);
      const script = await runNode([folder.file('deep.cjs')]).ended;
      expect(script.stdout).to.match(/failed 1\n/);
      expect(script.stderr).to.match(/deep/);
      expect(script.code).to.equal(expected);
    });
  }
});
