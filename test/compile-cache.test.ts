/** The compiled library that the first process of a kind saves in dist/kept for later ones: a program, a task, a loop. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import * as nodeModule from 'node:module';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { itInFull, LONG, rows } from './support/long';
import { runNode } from './support/script';
import { temporaryFolder } from './support/temporary';

const script = (lastStatement: string) => `
  const { Subprocess } = require('offspring-rx');
  exports.Task = class Task extends Subprocess { run() { return 'ran'; } };
  ${lastStatement}`;

/** Starts a child process by hand, and closes its channel before sending an order. */
const ORDERLESS = `
  const { spawn } = require('node:child_process');
  const boot = require('node:path').join(__dirname, 'node_modules/offspring-rx/dist/child/boot.js');
  const child = spawn(process.execPath, [boot], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  child.stderr.on('data', text => process.stdout.write(text));
  child.stdio[3].end();`;

/** What fails in a program before it starts a task. `load` makes `Subprocess`. */
const misuse = (load: string) => `
  ${load}
  try { Subprocess.prototype.wait.call({}); } catch (error) { console.log(error.message); }`;
const LOAD = "const { Subprocess } = require('offspring-rx');";
/** What fails in the parent half. */
const FAILS = `
  ${LOAD}
  class Task extends Subprocess { forkOptions() { throw new Error('no'); } run() {} }
  new Task().result().catch(error => console.log(error.message));`;

/** Writes a cache file made from bundles of the same length with other error texts, compiled completely. */
const MAKE_CACHE = `
  const { readFileSync, statSync, writeFileSync } = require('node:fs');
  const { setFlagsFromString } = require('node:v8');
  const [, , cacheFile, ...bundles] = process.argv;
  // A program reads its bundles one by one, a child all at once.
  const times = bundles.map(bundle => statSync(bundle).mtimeMs);
  const parts = bundles.flatMap((bundle, at) => {
    const changedAt = cacheFile.endsWith('-program') ? times[at] : Math.max(...times);
    const text = readFileSync(bundle, 'utf8')
      .replace('ended before it gave its order', 'appears only in this test now.')
      .replace('was used on an object that was not made', 'is a text that appears just in the test')
      .replace('forkOptions() threw: ', 'this test only says: ');
    const wrapped = '(function (exports, require, module, __filename, __dirname) { ' + text + '\\n})';
    setFlagsFromString('--no-lazy');
    const script = new (require('node:vm').Script)(wrapped);
    // The cached data tell the flags of the moment.
    setFlagsFromString('--lazy');
    const data = script.createCachedData();
    const head = Buffer.alloc(12);
    head.writeUInt32LE(data.length);
    head.writeDoubleLE(changedAt, 4);
    return [head, data, data];
  });
  writeFileSync(cacheFile, Buffer.concat(parts));`;

type Kind = 'program' | 'once' | 'loop';

describe('the compiled library that processes save', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const library = () => folder.file('node_modules/offspring-rx');
  const cacheFolder = () => path.join(library(), 'dist/kept');
  const cacheFiles = () => {
    try {
      return readdirSync(cacheFolder());
    } catch {
      return [];
    }
  };
  /** The cache file of a kind of process. */
  const cacheFile = (kind: Kind) =>
    path.join(cacheFolder(), cacheFiles().find(name => name.endsWith(`-${kind}`)) as string);
  async function run(options?: Parameters<typeof runNode>[1]) {
    const { code, stdout, stderr } = await runNode([folder.file('script.cjs')], options).ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return stdout;
  }

  // Each test gets its own copy of the library, because other tests use the built one at the same time.
  beforeEach(() => {
    const isNoCache = (file: string) => path.basename(file) !== 'kept';
    cpSync(path.join(ROOT, 'dist'), path.join(library(), 'dist'), { recursive: true, filter: isNoCache });
    cpSync(path.join(ROOT, 'package.json'), path.join(library(), 'package.json'));
    symlinkSync(path.join(ROOT, 'node_modules/rxjs'), folder.file('node_modules/rxjs'));
    writeFileSync(folder.file('orderless.cjs'), ORDERLESS);
    writeFileSync(folder.file('script.cjs'), script('new exports.Task().result().then(console.log);'));
  });

  it('is saved by the first program and its child; later ones leave the files as they are', async () => {
    expect(await run()).to.equal('ran\n');
    const kinds = () => cacheFiles().map(name => name.split('-').at(-1));
    expect(kinds()).to.have.members(['program', 'once']);
    const contents = (['program', 'once'] as const).map(kind => readFileSync(cacheFile(kind)));
    // They also contain functions that were compiled when they were called.
    for (const content of contents) expect(content.length).to.be.above(200_000);
    expect(await run()).to.equal('ran\n');
    expect(kinds()).to.have.members(['program', 'once']);
    expect(readFileSync(cacheFile('program')).equals(contents[0] as Buffer)).to.equal(true);
    expect(readFileSync(cacheFile('once')).equals(contents[1] as Buffer)).to.equal(true);
  });

  itInFull(`has a file of its own for loops, with the parts of RxJS that they run ${LONG}`, async () => {
    await run();
    const loop = `
      const { SubprocessLoop } = require('offspring-rx');
      exports.Loop = class Loop extends SubprocessLoop { loop() { return false; } };
      new exports.Loop().result().then(() => console.log('looped'));`;
    writeFileSync(folder.file('script.cjs'), loop);
    expect(await run()).to.equal('looped\n');
    const size = (kind: Kind) => readFileSync(cacheFile(kind)).length;
    expect(cacheFiles()).to.have.lengthOf(3);
    expect(size('loop')).to.be.above(size('once') + 50_000);
    expect(await run()).to.equal('looped\n');
    expect(cacheFiles()).to.have.lengthOf(3);
  });

  it('is not saved by a program that starts no child, or whose task fails', async () => {
    writeFileSync(folder.file('script.cjs'), `import('offspring-rx').then(({ isChild }) => console.log(isChild));`);
    expect(await run()).to.equal('false\n');
    writeFileSync(folder.file('script.cjs'), FAILS);
    expect(await run()).to.include('forkOptions() threw: ');
    expect(cacheFiles()).to.deep.equal([]);
  });

  it('is one library for require() and import', async () => {
    await run();
    const other = `import('offspring-rx').then(({ Subprocess }) =>
      console.log(Subprocess === require('offspring-rx').Subprocess, Object.keys(require.cache).filter(file => /dist.index\\.js$/.test(file)).length));`;
    writeFileSync(folder.file('script.cjs'), other);
    expect(await run()).to.equal('true 1\n');
  });

  const changed = (content: Buffer, change: (copy: Buffer) => unknown) => {
    const copy = Buffer.from(content);
    change(copy);
    return copy;
  };
  const DAMAGES: [what: string, damaged: (content: Buffer) => Buffer][] = [
    ['is empty', () => Buffer.alloc(0)],
    ['has other content', () => Buffer.alloc(100_000, 0x5a)],
    ['is cut off', (content: Buffer) => content.subarray(0, 30_001)],
    [
      'has a changed byte',
      (content: Buffer) => changed(content, copy => copy.writeUInt8(copy.readUInt8(20_000) ^ 1, 20_000)),
    ],
    ['has a block of zeros', (content: Buffer) => changed(content, copy => copy.fill(0, 4_096, 8_192))],
    [
      'has a changed byte near its end',
      (content: Buffer) =>
        changed(content, copy => copy.writeUInt8(copy.readUInt8(copy.length - 9_999) ^ 1, copy.length - 9_999)),
    ],
  ];
  const DAMAGED = DAMAGES.flatMap(([what, damaged]) =>
    (['program', 'once'] as const).map(kind => ({ what, damaged, kind })),
  );
  for (const { what, damaged, kind } of rows(DAMAGED, ({ what: each }) => each === 'has a changed byte')) {
    it(`is ignored if the file of the kind ${kind} ${what}, and replaced once that file is old ${LONG}`, async () => {
      await run();
      const file = cacheFile(kind);
      const content = readFileSync(file);
      const damage = damaged(content);
      writeFileSync(file, damage);
      expect(await run()).to.equal('ran\n');
      expect(readFileSync(file).equals(damage)).to.equal(true);
      utimesSync(file, 0, 0);
      expect(await run()).to.equal('ran\n');
      expect(readFileSync(file).equals(damage)).to.equal(false);
    });
  }

  /** Makes the cache file of a kind, which has this bundle too, tell which code has run. */
  async function makeCache(kind: Kind, second: string) {
    await run();
    writeFileSync(folder.file('make-cache.cjs'), MAKE_CACHE);
    const bundles = ['index.js', second].map(bundle => path.join(library(), 'dist', bundle));
    const made = await runNode([folder.file('make-cache.cjs'), cacheFile(kind), ...bundles]).ended;
    expect(made.code, made.stderr).to.equal(0);
  }

  it('is what later children run', async () => {
    await makeCache('once', 'child/index.js');
    const { stdout } = await runNode([folder.file('orderless.cjs')]).ended;
    expect(stdout).to.include('the parent appears only in this test');
  });

  itInFull(
    `has files of its own for other flags of Node, of which V8 rejects what was compiled with some ${LONG}`,
    async () => {
      await run();
      const own = cacheFiles();
      const contents = () => cacheFiles().map(name => readFileSync(path.join(cacheFolder(), name)).toString('latin1'));
      expect(await run({ flags: ['--no-opt'] })).to.equal('ran\n');
      expect(cacheFiles()).to.have.lengthOf(4).and.to.include.members(own);
      const before = contents();
      expect(await run({ flags: ['--no-opt'] })).to.equal('ran\n');
      expect(await run()).to.equal('ran\n');
      expect(contents()).to.deep.equal(before);
      // By the name of the flag alone: many have a value that is another one each time.
      expect(await run({ env: { NODE_OPTIONS: '--title=one' } })).to.equal('ran\n');
      expect(await run({ env: { NODE_OPTIONS: '--title=two' } })).to.equal('ran\n');
      expect(cacheFiles()).to.have.lengthOf(6);
    },
  );

  describe('is what later programs run', () => {
    beforeEach(async () => {
      await makeCache('program', 'parent/index.js');
      writeFileSync(folder.file('script.cjs'), misuse(LOAD));
    });

    it('from the first bundle on', async () => {
      expect(await run()).to.include('is a text that appears just in the test');
    });

    it('in the parent half', async () => {
      writeFileSync(folder.file('script.cjs'), FAILS);
      expect(await run()).to.include('this test only says: ');
    });

    it('by import, and if they load another entry of the package first', async () => {
      const [file, text] = [folder.file('script.mjs'), misuse("import { Subprocess } from 'offspring-rx';")];
      writeFileSync(file, text);
      expect((await runNode([file]).ended).stdout).to.include('is a text that appears just in the test');
      writeFileSync(folder.file('script.cjs'), misuse(`require('offspring-rx/pool');\n${LOAD}`));
      expect(await run()).to.include('is a text that appears just in the test');
    });

    it('not where a bundler has put the entry beside files of the user', async () => {
      writeFileSync(folder.file('index.js'), "console.log('the file of the user');");
      for (const name of ['parent', 'child']) {
        mkdirSync(folder.file(name), { recursive: true });
        writeFileSync(folder.file(`${name}/index.js`), '');
      }
      const outfile = folder.file('bundle.cjs');
      // Without its default, the condition `module`, which such bundles should have.
      const options = ['--bundle', '--platform=node', '--conditions=node', `--outfile=${outfile}`, '--log-level=error'];
      const esbuild = require.resolve('esbuild/bin/esbuild');
      const built = spawnSync(esbuild, [folder.file('script.cjs'), ...options], { encoding: 'utf8' });
      expect(built).to.include({ status: 0, stderr: '' });
      const { code, stdout, stderr } = await runNode([outfile]).ended;
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.include('was used on an object').and.not.to.include('the file of the user');
    });

    // Since Node 22.8.
    if ('getCompileCacheDir' in nodeModule) {
      it('not with a compile cache of Node, which has the library too', async () => {
        const env = { NODE_COMPILE_CACHE: folder.file('of-node') };
        expect(await run({ env })).to.include('was used on an object');
      });
    }

    it('not if the library was changed since, at whatever time', async () => {
      for (const at of [0, Date.now() / 1_000 + 60]) {
        utimesSync(path.join(library(), 'dist/index.js'), at, at);
        expect(await run()).to.include('was used on an object');
      }
    });

    // Windows has no such owners and modes.
    if (process.geteuid) {
      it('not if others may write to it, or have written it', async () => {
        chmodSync(cacheFile('program'), 0o664);
        expect(await run()).to.include('was used on an object');
        chmodSync(cacheFile('program'), 0o644);
        expect(await run()).to.include('is a text that appears just in the test');
        // Only root can give a file away.
        if (process.geteuid?.() !== 0) return;
        chownSync(cacheFile('program'), 1, 1);
        expect(await run()).to.include('was used on an object');
      });
    }

    it('not with NODE_DISABLE_COMPILE_CACHE or with coverage', async () => {
      expect(await run({ env: { NODE_DISABLE_COMPILE_CACHE: '1' } })).to.include('was used on an object');
      const env = { NODE_V8_COVERAGE: folder.file('coverage') };
      expect(await run({ env })).to.include('was used on an object');
    });

    itInFull(`not in a context of its own, as of a test runner: the library is of that one ${LONG}`, async () => {
      const inContext = `
        const { readFileSync } = require('node:fs');
        const { createRequire } = require('node:module');
        const path = require('node:path');
        const context = require('node:vm').createContext({ process, console, Buffer, queueMicrotask, setTimeout });
        function load(file) {
          const own = createRequire(file);
          const module = { exports: {} };
          const inside = id => (id.startsWith('.') ? load(own.resolve(id)) : own(id));
          const text = '(function (exports, require, module, __filename, __dirname) {' + readFileSync(file, 'utf8') + '\\n})';
          const run = require('node:vm').runInContext(text, context);
          run(module.exports, Object.assign(inside, { resolve: own.resolve }), module, file, path.dirname(file));
          return module.exports;
        }
        const { ExitError } = load(require.resolve('offspring-rx'));
        console.log(ExitError.prototype instanceof require('node:vm').runInContext('Error', context));`;
      writeFileSync(folder.file('script.cjs'), inContext);
      expect(await run()).to.equal('true\n');
    });
  });

  itInFull(`is not used if the text of the library has changed ${LONG}`, async () => {
    await run();
    const index = path.join(library(), 'dist/index.js');
    const text = readFileSync(index, 'latin1');
    // The length stays the same. V8 itself compares only the length.
    writeFileSync(index, `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`, 'latin1');
    const before = cacheFiles();
    expect(await run()).to.equal('ran\n');
    // The files of the other text are removed.
    expect(cacheFiles()).to.have.lengthOf(2).and.not.to.include.members(before);
  });

  itInFull(
    `takes no more of the disk than twelve files: the oldest of them are removed, and drafts without a writer ${LONG}`,
    async () => {
      await run();
      const files = cacheFiles();
      const once = path.basename(cacheFile('once'));
      const write = (name: string, age: number) => {
        const at = Date.now() / 1_000 - age;
        writeFileSync(path.join(cacheFolder(), name), '');
        utimesSync(path.join(cacheFolder(), name), at, at);
      };
      // As other versions of Node would have left them.
      const others = Array.from({ length: 14 }, (_, at) => once.replace(process.versions.v8, `1.${at}`));
      for (const [at, name] of others.entries()) write(name, 1_000 + at);
      write(`${once}.1`, 61);
      // Not of the library.
      write('letter.txt', 61);
      write(`${once}.2`, 0);
      // A warm start does not look.
      expect(await run()).to.equal('ran\n');
      expect(cacheFiles()).to.have.lengthOf(19);
      rmSync(path.join(cacheFolder(), once));
      expect(await run()).to.equal('ran\n');
      expect(cacheFiles()).to.have.members([...files, `${once}.2`, 'letter.txt', ...others.slice(0, 10)]);
    },
  );

  // Windows has no such owners.
  if (process.geteuid) {
    it('is writable for its user alone, whatever the umask', async () => {
      writeFileSync(
        folder.file('script.cjs'),
        `process.umask(0);${script('new exports.Task().result().then(console.log);')}`,
      );
      await run();
      const modes = [cacheFolder(), cacheFile('program'), cacheFile('once')].map(file => statSync(file).mode & 0o777);
      expect(modes).to.deep.equal([0o755, 0o644, 0o644]);
    });

    itInFull(`is not saved in a package that is read-only, or that belongs to another user ${LONG}`, async () => {
      const dist = path.join(library(), 'dist');
      chmodSync(dist, 0o555);
      expect(await run()).to.equal('ran\n');
      expect(cacheFiles()).to.deep.equal([]);
      chmodSync(dist, 0o755);
      // Only root can give a file away.
      if (process.geteuid?.() !== 0) return;
      chownSync(dist, 1, 1);
      expect(await run()).to.equal('ran\n');
      expect(cacheFiles()).to.deep.equal([]);
      chownSync(dist, 0, 0);
      expect(await run()).to.equal('ran\n');
      expect(cacheFiles()).to.have.lengthOf(2);
    });
  }

  itInFull(`is not saved with NODE_DISABLE_COMPILE_CACHE or with coverage ${LONG}`, async () => {
    expect(await run({ env: { NODE_DISABLE_COMPILE_CACHE: '1' } })).to.equal('ran\n');
    expect(await run({ env: { NODE_V8_COVERAGE: folder.file('coverage') } })).to.equal('ran\n');
    expect(cacheFiles()).to.deep.equal([]);
  });

  itInFull(`is not needed: a child also runs if the folder is read-only ${LONG}`, async () => {
    // A file in place of the folder stops even root from writing.
    rmSync(cacheFolder(), { recursive: true, force: true });
    writeFileSync(cacheFolder(), '');
    expect(await run()).to.equal('ran\n');
    rmSync(cacheFolder());
    mkdirSync(cacheFolder());
    chmodSync(cacheFolder(), 0o500);
    expect(await run()).to.equal('ran\n');
    chmodSync(cacheFolder(), 0o700);
  });

  itInFull(`is one file for each kind, with no drafts left, if many first children start at once ${LONG}`, async () => {
    const many =
      'Promise.all(Array.from({ length: 8 }, () => new exports.Task().result())).then(all => console.log(all.length));';
    writeFileSync(folder.file('script.cjs'), script(many));
    expect(await run()).to.equal('8\n');
    expect(cacheFiles()).to.have.lengthOf(2);
  });
});
