/** FAULTS 51: a signal that the program listens to, in whatever way, is left to it. */
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { runNode, type Script } from '../support/script';
import { someAtOnce } from '../support/some-at-once';
import { temporaryFolder } from '../support/temporary';

const SCRIPT = fixturePath('scripts/listens').replace(/js$/, 'cjs');
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

const CLEANS_UP = [
  'process.once',
  'prependOnceListener',
  'events.once',
  'take(1)',
  'firstValueFrom',
  'takeUntil',
  'exit-hook',
  'a listener that removes itself',
  'a listener that removes all',
  'a listener that adds another',
  'once, and signal-exit',
  'process.on',
];

describe('51 a signal that the user listens to', () => {
  const folder = temporaryFolder();
  const start = async (way: string, signal: NodeJS.Signals, when: string): Promise<Script> => {
    const script = runNode([SCRIPT, way, signal, when]);
    await script.says('at work');
    return script;
  };

  it(`it is left alone in the middle of its cleanup, in whatever way it listens ${LONG}`, async function () {
    this.timeout(180_000);
    const all = CLEANS_UP.flatMap(way =>
      SIGNALS.flatMap(signal => ['before', 'after'].map(when => ({ way, signal, when }))),
    );
    const own = rows(all, (_, at) => at === 1);
    await someAtOnce(own, async ({ way, signal, when }) => {
      const script = await start(way, signal, when);
      script.process.kill(signal);
      const { code, stdout } = await script.ended;
      expect(stdout, `${signal}, ${way}, ${when} the first child`).to.match(/cleaned up, the child lives\n$/);
      expect(code).to.equal(0);
    });
  });

  it(`the signal ends the program if nobody listens to it any more, or raises it again ${LONG}`, async () => {
    const ways = ['not any more', 'not any more, once', 'only to another signal', 'raises it again'];
    const all = ways.flatMap(way => ['before', 'after'].map(when => ({ way, when })));
    const own = rows(all, (_, at) => at === 6);
    await someAtOnce(own, async ({ way, when }) => {
      const script = await start(way, 'SIGTERM', when);
      script.process.kill('SIGTERM');
      expect(await script.ended, `${way}, ${when} the first child`).to.include({ signal: 'SIGTERM' });
    });
  });

  itInFull(
    `a second signal, after the only listener is used up, ends the program as without this library ${LONG}`,
    async () => {
      const script = await start('once, for the first of two', 'SIGINT', 'after');
      script.process.kill('SIGINT');
      await script.says('heard SIGINT');
      script.process.kill('SIGINT');
      expect(await script.ended).to.include({ signal: 'SIGINT' });
    },
  );

  it('a listener that is added while the children are shut down does not change that the program ends', async () => {
    const code = `const { IgnoresSigterm } = require(${JSON.stringify(fixturePath('enders'))});
      const task = new IgnoresSigterm();
      task.message$.subscribe(() => console.log('at work'));
      task.state$.subscribe(state => state === 'stopping' && process.on('SIGTERM', () => console.log('too late')));
      setInterval(() => {}, 1e6);`;
    const script = runNode(['-e', code]);
    await script.says('at work');
    script.process.kill('SIGTERM');
    expect(await script.ended).to.include({ code: 143 });
  });

  itInFull(`two copies of the package, and a once listener: both leave it alone ${LONG}`, async () => {
    cpSync(path.join(ROOT, 'dist'), folder.file('copy/dist'), { recursive: true });
    cpSync(path.join(ROOT, 'package.json'), folder.file('copy/package.json'));
    symlinkSync(path.join(ROOT, 'node_modules'), folder.file('node_modules'));
    const code = `const { Subprocess: One, isChild } = require(${JSON.stringify(ROOT)});
      const { Subprocess: Two } = require('./copy');
      const wait = ms => new Promise(resolve => setTimeout(resolve, ms));
      exports.First = class First extends One { run() { return wait(1e6); } };
      exports.Second = class Second extends Two { run() { return wait(1e6); } };
      if (!isChild) {
        process.once('SIGTERM', async () => {
          await wait(600);
          console.log(tasks.map(task => task.process.signalCode).join());
          process.exit(0);
        });
        const tasks = [new exports.First(), new exports.Second()];
        let ready = 0;
        for (const task of tasks) task.ready$.subscribe(() => ++ready === 2 && console.log('at work'));
        setInterval(() => {}, 1e6);
      }`;
    writeFileSync(folder.file('two.cjs'), code);
    const script = runNode([folder.file('two.cjs')]);
    await script.says('at work');
    script.process.kill('SIGTERM');
    const { code: exitCode, stdout } = await script.ended;
    expect(stdout).to.equal('at work\n,\n');
    expect(exitCode).to.equal(0);
  });
});
