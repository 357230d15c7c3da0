/** FAULTS 79: the top level of a module takes what there is only one of, and the child that loads it takes it again. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { LONG, rows } from '../support/long';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const LIBRARY = JSON.stringify(`${ROOT}/dist/index.js`);
const LIBRARY_URL = JSON.stringify(pathToFileURL(`${ROOT}/dist/index.js`).href);
const POOL = JSON.stringify(`${ROOT}/dist/pool/index.js`);
const ADVICE = /the child loads the module of its class again.*isChild.*a module of its own/;

describe('79 a program in one file', () => {
  const folder = temporaryFolder();
  /** What the program gets of its task, and prints. */
  const told = async (type: 'cjs' | 'mjs', { top, work = 'new Task().result()' }: { top: string; work?: string }) => {
    const head =
      type === 'cjs'
        ? `const { Subprocess, SubprocessLoop, isChild } = require(${LIBRARY}); const { SubprocessWorker, WorkerPool } = require(${POOL});`
        : `import { Subprocess, SubprocessLoop, isChild } from ${LIBRARY_URL}; import { SubprocessWorker, WorkerPool } from ${POOL};
           import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
    const classes = `const later = () => new Promise(resolve => setTimeout(resolve, 1_000));
      class Task extends Subprocess { run() { return later(); } }
      class Loop extends SubprocessLoop { loop() { return later(); } }
      class Worker extends SubprocessWorker { work() { return later(); } }
      class Faulty extends Subprocess { run() { setTimeout(() => { throw new Error('of the work'); }, 50); return later(); } }
      ${type === 'cjs' ? 'module.exports =' : 'export'} { Task, Loop, Worker, Faulty };`;
    const code = `const start = () => ${work}.then(() => 'no error', error => error.name + ': ' + error.message)
      .then(text => { console.log(text); process.exit(); });`;
    writeFileSync(folder.file(`app.${type}`), `${head}\n${classes}\n${code}\n${top}`);
    const { stdout, stderr } = await runNode([`app.${type}`], { cwd: folder.path }).ended;
    return stdout || stderr;
  };
  /** It listens at a port that was free, whichever that is. */
  const server = `const { existsSync, readFileSync, writeFileSync } = require('node:fs');
    const port = existsSync('port') ? Number(readFileSync('port')) : 0;
    const server = require('node:http').createServer().listen(port, () => {
      writeFileSync('port', String(server.address().port));
      start();
    });`;

  const TYPES = ['cjs', 'mjs'] as const;
  const works = Object.entries({
    task: 'new Task().result()',
    loop: 'new Loop().result()',
    pool: 'new WorkerPool(Worker, { workers: 1 }).run(1)',
  });
  const servers = TYPES.flatMap(type => works.map(work => [type, ...work] as const));
  for (const [type, name, work] of rows(servers, (_, at) => at === 0)) {
    it(`that is a server and holds the class of its ${name}: the error says that the module runs again (${type}) ${LONG}`, async () => {
      expect(await told(type, { top: server, work }))
        .to.match(/Error: .*EADDRINUSE/)
        .and.match(ADVICE);
    });
  }
  for (const type of rows(TYPES, each => each === 'mjs')) {
    it(`that makes a file (${type}) ${LONG}`, async () => {
      const top = `require('node:fs').writeFileSync('lock', '', { flag: 'wx' }); setTimeout(start, 10);`;
      expect(await told(type, { top }))
        .to.match(/^StartError: .*EEXIST/)
        .and.match(ADVICE);
    });
    it(`that ends by process.exit if its port is taken (${type}) ${LONG}`, async () => {
      const top = server.replace('.listen(', ".on('error', () => process.exit(1)).listen(");
      expect(await told(type, { top })).to.match(
        /ended with code 1 .*guard .* with isChild, or give the class a module of its own/,
      );
    });
  }
  for (const type of rows(TYPES, each => each === 'cjs')) {
    it(`that has a timer of its own that fails in the child alone (${type}) ${LONG}`, async () => {
      const top = `setTimeout(() => { if (isChild) throw new Error('of the module'); }, 200); start();`;
      expect(await told(type, { top }))
        .to.match(/^RemoteError: .*of the module/)
        .and.match(ADVICE);
    });
    it(`whose work fails: there is no such advice (${type}) ${LONG}`, async () => {
      const failed = await told(type, { top: 'start();', work: 'new Faulty().result()' });
      expect(failed)
        .to.match(/^RemoteError: Faulty: an error that nothing caught .*of the work/)
        .and.not.match(ADVICE);
    });
  }
});
