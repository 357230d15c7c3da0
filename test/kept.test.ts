/** The compiled library that the first child saves in dist/kept for later children. */
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
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

/** Writes a cache file made from bundles of the same length with another error text, compiled completely. */
const MAKE_CACHE = `
  const { readFileSync, writeFileSync } = require('node:fs');
  const { setFlagsFromString } = require('node:v8');
  const [, , cacheFile, ...bundles] = process.argv;
  const parts = bundles.flatMap(bundle => {
    const text = readFileSync(bundle, 'utf8').replace('ended before it gave its order', 'appears only in this test now.');
    const wrapped = '(function (exports, require, module, __filename, __dirname) { ' + text + '\\n})';
    setFlagsFromString('--no-lazy');
    const script = new (require('node:vm').Script)(wrapped);
    // The cached data tell the flags of the moment.
    setFlagsFromString('--lazy');
    const data = script.createCachedData();
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length);
    return [length, data];
  });
  writeFileSync(cacheFile, Buffer.concat([...parts, ...parts]));`;

describe('the compiled library that children save', function () {
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

  it('is saved by the first child; later children leave the file as it is', async () => {
    expect(await run()).to.equal('ran\n');
    const [file, ...others] = cacheFiles();
    expect(others).to.deep.equal([]);
    const content = readFileSync(path.join(cacheFolder(), file as string));
    // It also contains functions that were compiled when they were called.
    expect(content.length).to.be.above(100_000);
    expect(await run()).to.equal('ran\n');
    expect(cacheFiles()).to.deep.equal([file]);
    expect(readFileSync(path.join(cacheFolder(), file as string)).equals(content)).to.equal(true);
  });

  itInFull(`has a file of its own for loops, with the parts of RxJS that they run ${LONG}`, async () => {
    await run();
    const loop = `
      const { SubprocessLoop } = require('offspring-rx');
      exports.Loop = class Loop extends SubprocessLoop { loop() { return false; } };
      new exports.Loop().result().then(() => console.log('looped'));`;
    writeFileSync(folder.file('script.cjs'), loop);
    expect(await run()).to.equal('looped\n');
    const size = (kind: string) =>
      readFileSync(path.join(cacheFolder(), cacheFiles().find(name => name.endsWith(kind)) as string)).length;
    expect(cacheFiles()).to.have.lengthOf(2);
    expect(size('-loop')).to.be.above(size('-once') + 50_000);
    expect(await run()).to.equal('looped\n');
    expect(cacheFiles()).to.have.lengthOf(2);
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
  ];
  for (const [what, damaged] of rows(DAMAGES, ([each]) => each === 'has a changed byte')) {
    it(`is ignored if its file ${what}, and replaced once that file is old ${LONG}`, async () => {
      await run();
      const file = path.join(cacheFolder(), cacheFiles()[0] as string);
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

  it('is what later children run', async () => {
    await run();
    writeFileSync(folder.file('make-cache.cjs'), MAKE_CACHE);
    const file = path.join(cacheFolder(), cacheFiles()[0] as string);
    const bundles = ['dist/index.js', 'dist/child/index.js'].map(bundle => path.join(library(), bundle));
    const made = await runNode([folder.file('make-cache.cjs'), file, ...bundles]).ended;
    expect(made.code, made.stderr).to.equal(0);
    const { stdout } = await runNode([folder.file('orderless.cjs')]).ended;
    expect(stdout).to.include('the parent appears only in this test');
  });

  itInFull(`is not used if the text of the library has changed ${LONG}`, async () => {
    await run();
    const index = path.join(library(), 'dist/index.js');
    const text = readFileSync(index, 'latin1');
    // The length stays the same. V8 itself compares only the length.
    writeFileSync(index, `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`, 'latin1');
    const [before] = cacheFiles();
    expect(await run()).to.equal('ran\n');
    // The file of the other text is removed.
    expect(cacheFiles()).to.have.lengthOf(1).and.not.to.include(before);
  });

  itInFull(
    `takes no more of the disk than eight files: the oldest of them are removed, and drafts without a writer ${LONG}`,
    async () => {
      await run();
      const [file] = cacheFiles() as [string];
      const write = (name: string, age: number) => {
        const at = Date.now() / 1_000 - age;
        writeFileSync(path.join(cacheFolder(), name), '');
        utimesSync(path.join(cacheFolder(), name), at, at);
      };
      // As other versions of Node would have left them.
      const others = Array.from({ length: 10 }, (_, at) => file.replace(process.versions.v8, `1.${at}`));
      for (const [at, name] of others.entries()) write(name, 1_000 + at);
      write(`${file}.1`, 61);
      write(`${file}.2`, 0);
      // A warm start does not look.
      expect(await run()).to.equal('ran\n');
      expect(cacheFiles()).to.have.lengthOf(13);
      rmSync(path.join(cacheFolder(), file));
      expect(await run()).to.equal('ran\n');
      expect(cacheFiles()).to.have.members([file, `${file}.2`, ...others.slice(0, 7)]);
    },
  );

  // Windows has no such owners.
  if (process.geteuid) {
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
      expect(cacheFiles()).to.have.lengthOf(1);
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

  itInFull(`is one file, with no drafts left, if many first children start at once ${LONG}`, async () => {
    const many =
      'Promise.all(Array.from({ length: 8 }, () => new exports.Task().result())).then(all => console.log(all.length));';
    writeFileSync(folder.file('script.cjs'), script(many));
    expect(await run()).to.equal('8\n');
    expect(cacheFiles()).to.have.lengthOf(1);
  });
});
