/** Two copies of the package in one process, as the packages of a monorepo may have them. */
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

/** What both copies' classes do. `./copy` is the other copy, ROOT that of the program. */
const CLASSES = `
  const { SubprocessWorker } = require('./copy/dist/pool');
  const { Subprocess, SubprocessLoop } = require('./copy');
  exports.Double = class Double extends SubprocessWorker {
    begin() { this.factor = 2; }
    work(n) {
      if (n === 13) throw Object.assign(new RangeError('no luck'), { n });
      if (n === 14) process.exit(4);
      return typeof n === 'object' ? { ...n, twice: n.n * this.factor } : n * this.factor;
    }
  };
  exports.OwnRun = class OwnRun extends SubprocessWorker { work(n) { return n; } run() {} };
  exports.Task = class Task extends Subprocess { run() { return new Promise(() => setTimeout(() => {}, 1e6)); } };
  exports.Loop = class Loop extends SubprocessLoop { loop() { return 1e6; } };
`;

describe('two copies of the package', () => {
  const folder = temporaryFolder();
  beforeEach(() => {
    cpSync(path.join(ROOT, 'dist'), folder.file('copy/dist'), { recursive: true });
    cpSync(path.join(ROOT, 'package.json'), folder.file('copy/package.json'));
    symlinkSync(path.join(ROOT, 'node_modules'), folder.file('node_modules'));
    writeFileSync(folder.file('classes.cjs'), CLASSES);
  });

  /** What the body prints, as JSON, in a process that has both copies. */
  const outputOf = async (body: string) => {
    const script = `
      const own = require(${JSON.stringify(ROOT)});
      const { WorkerPool, mapInSubprocess } = require(${JSON.stringify(path.join(ROOT, 'dist/pool'))});
      const { fromSubprocess, Subprocess, SubprocessLoop } = own;
      const { from, lastValueFrom, toArray } = require('rxjs');
      const { Double, OwnRun, Task, Loop } = require('./classes.cjs');
      const caught = work => Promise.resolve().then(work).then(value => ({ value }), error => error);
      (async () => { ${body} })();`;
    writeFileSync(folder.file('script.cjs'), script);
    const { code, stdout, stderr } = await runNode([folder.file('script.cjs')]).ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  itInFull(`shutdownAll() of the other copy: no spare for any class is made after it ${LONG}`, async () => {
    writeFileSync(
      folder.file('own.cjs'),
      `exports.Own = class Own extends require(${JSON.stringify(ROOT)}).Subprocess { run() { return new Promise(() => setTimeout(() => {}, 1e6)); } };`,
    );
    const left = await outputOf(`
      const spawned = [];
      const { spawn } = require('node:child_process');
      require('node:child_process').spawn = (...given) => {
        if (given[1].includes('blank')) spawned.push(1);
        return spawn(...given);
      };
      own.keepSpares(1);
      const task = new (require('./own.cjs').Own)();
      await new Promise(resolve => task.ready$.subscribe(resolve));
      await require('./copy').Subprocess.shutdownAll();
      await new Promise(resolve => setTimeout(resolve, 50));
      console.log(JSON.stringify(spawned.length));`);
    expect(left).to.equal(1);
  });

  it('64 a worker of the other copy works in a pool: outputs, errors and crashes', async () => {
    const output = await outputOf(`
      const pool = new WorkerPool(Double, { workers: 2, retries: 1 });
      const sums = await Promise.all([1, 2, 3].map(n => pool.run(n)));
      const mapped = [];
      for await (const value of pool.map([4, 5])) mapped.push(value);
      const thrown = await caught(() => pool.run(13));
      const crashed = await caught(() => pool.run(14));
      const after = await pool.run(8);
      const objects = await Promise.all([pool.run({ n: 1 }), pool.run({ n: 2, text: 'x'.repeat(2_000) })]);
      await pool.shutdown();
      console.log(JSON.stringify({ sums, mapped, after, objects,
        thrown: [own.isRemoteError(thrown), thrown.remote.data.n],
        crashed: [own.isExitError(crashed), crashed.exit.code] }));`);
    expect(output).to.deep.equal({
      sums: [2, 4, 6],
      mapped: [8, 10],
      after: 16,
      objects: [
        { n: 1, twice: 2 },
        { n: 2, text: 'x'.repeat(2_000), twice: 4 },
      ],
      thrown: [true, 13],
      crashed: [true, 4],
    });
  });

  itInFull(`64 a worker of the other copy works in mapInSubprocess ${LONG}`, async () => {
    const output = await outputOf(`
      const mapped$ = from([1, 2, 3]).pipe(mapInSubprocess(Double, { workers: 2 }), toArray());
      console.log(JSON.stringify(await lastValueFrom(mapped$)));`);
    expect(output).to.deep.equal([2, 4, 6]);
  });

  itInFull(`64 a class of the other copy is refused for the same reasons as one of the own ${LONG}`, async () => {
    const output = await outputOf(`
      const own = require(${JSON.stringify(path.join(ROOT, 'dist/pool'))});
      class Old extends own.SubprocessWorker { work() {} }
      // As the class of a version with other messages looks.
      const wire = Object.getOwnPropertySymbols(own.SubprocessWorker.prototype).find(({ description }) => /wire/.test(description));
      const base = class SubprocessWorker extends own.SubprocessWorker {};
      for (const key of Object.getOwnPropertySymbols(own.SubprocessWorker.prototype)) {
        Object.defineProperty(base.prototype, key, { value: key === wire ? 0 : own.SubprocessWorker.prototype[key] });
      }
      class Other extends base { work() {} }
      const messages = [];
      for (const type of [OwnRun, Task, Other]) {
        messages.push((await caught(() => new WorkerPool(type))).message);
        messages.push((await caught(() => mapInSubprocess(type))).message);
      }
      messages.push((await caught(() => new Double())).message);
      console.log(JSON.stringify(messages));`);
    for (const [at, expected] of [/run\(\) would replace/, /extends SubprocessWorker/, /another version/].entries()) {
      expect(output[2 * at]).to.match(expected);
      expect(output[2 * at + 1]).to.match(expected);
    }
    expect(output[6]).to.match(/only a pool constructs/);
  });

  itInFull(`64 shutdownAll() of a base class ends the children of both copies ${LONG}`, async () => {
    const output = await outputOf(`
      const tasks = { Task: new Task(), Loop: new Loop() };
      const ended = [];
      for (const [name, task] of Object.entries(tasks)) void task.wait().then(() => ended.push(name));
      await Promise.all(Object.values(tasks).map(task => lastValueFrom(task.ready$)));
      const loops = await SubprocessLoop.shutdownAll();
      const first = [...ended];
      const all = await Subprocess.shutdownAll();
      console.log(JSON.stringify({ first, ended, reasons: [...loops, ...all].map(({ reason }) => reason) }));`);
    expect(output).to.deep.equal({ first: ['Loop'], ended: ['Loop', 'Task'], reasons: ['stopped', 'stopped'] });
  });

  itInFull(`64 a task has one owner, whatever the copy of that owner ${LONG}`, async () => {
    const output = await outputOf(`
      const other = require('./copy');
      const task = new Task();
      const first = fromSubprocess(() => task).subscribe();
      const second = await caught(() => lastValueFrom(other.fromSubprocess(() => task)));
      first.unsubscribe();
      console.log(JSON.stringify([own.isStateError(second), second.message]));`);
    expect(output[0]).to.equal(true);
    expect(output[1]).to.match(/already returned before/);
  });
});
