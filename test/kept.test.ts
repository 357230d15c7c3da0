/** What children keep of what V8 compiled of the library. */
import {
  chmodSync,
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
import { runNode } from './support/script';
import { temporaryFolder } from './support/temporary';

const script = (then: string) => `
  const { Subprocess } = require('offspring-rx');
  exports.Task = class Task extends Subprocess { run() { return 'ran'; } };
  ${then}`;

/** Starts a child by hand, and closes its channel before any order. */
const ORDERLESS = `
  const { spawn } = require('node:child_process');
  const boot = require('node:path').join(__dirname, 'node_modules/offspring-rx/dist/child/boot.js');
  const child = spawn(process.execPath, [boot], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  child.stderr.on('data', text => process.stdout.write(text));
  child.stdio[3].end();`;

/** Makes it of a text that says something else at the same length, all of it and not only what is on the way. */
const MAKE = `
  const { readFileSync, writeFileSync } = require('node:fs');
  const { setFlagsFromString } = require('node:v8');
  const [, , library, kept] = process.argv;
  const text = readFileSync(library, 'latin1').replace('ended before it gave its order', 'is told of by the test alone .');
  setFlagsFromString('--no-lazy');
  const wrapped = '(function (exports, require, module, __filename, __dirname) { ' + text + '\\n})';
  const script = new (require('node:vm').Script)(wrapped);
  setFlagsFromString('--lazy');
  const once = script.createCachedData();
  writeFileSync(kept, Buffer.concat([once, once]));`;

describe('what children keep of the library', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const library = () => folder.file('node_modules/offspring-rx');
  const kept = () => path.join(library(), 'dist/kept');
  const filesKept = () => {
    try {
      return readdirSync(kept());
    } catch {
      return [];
    }
  };
  async function run(options?: Parameters<typeof runNode>[1]) {
    const { code, stdout, stderr } = await runNode([folder.file('script.cjs')], options).ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return stdout;
  }

  // A library of its own, since others use the one that is built.
  beforeEach(() => {
    const isOther = (file: string) => path.basename(file) !== 'kept';
    cpSync(path.join(ROOT, 'dist'), path.join(library(), 'dist'), { recursive: true, filter: isOther });
    cpSync(path.join(ROOT, 'package.json'), path.join(library(), 'package.json'));
    symlinkSync(path.join(ROOT, 'node_modules/rxjs'), folder.file('node_modules/rxjs'));
    writeFileSync(folder.file('orderless.cjs'), ORDERLESS);
    writeFileSync(folder.file('script.cjs'), script('new exports.Task().result().then(console.log);'));
  });

  it('the first child leaves it, and the next ones use it and leave it as it is', async () => {
    expect(await run()).to.equal('ran\n');
    const [file, ...others] = filesKept();
    expect(others).to.deep.equal([]);
    const content = readFileSync(path.join(kept(), file as string));
    // What was run is in it, not only what is on the way.
    expect(content.length).to.be.above(100_000);
    expect(await run()).to.equal('ran\n');
    expect(filesKept()).to.deep.equal([file]);
    expect(readFileSync(path.join(kept(), file as string)).equals(content)).to.equal(true);
  });

  it('a loop leaves its own, with the parts of RxJS that it runs', async () => {
    await run();
    const loop = `
      const { SubprocessLoop } = require('offspring-rx');
      exports.Loop = class Loop extends SubprocessLoop { loop() { return false; } };
      new exports.Loop().result().then(() => console.log('looped'));`;
    writeFileSync(folder.file('script.cjs'), loop);
    expect(await run()).to.equal('looped\n');
    const size = (kind: string) =>
      readFileSync(path.join(kept(), filesKept().find(name => name.endsWith(kind)) as string)).length;
    expect(filesKept()).to.have.lengthOf(2);
    expect(size('-loop')).to.be.above(size('-once') + 50_000);
    expect(await run()).to.equal('looped\n');
    expect(filesKept()).to.have.lengthOf(2);
  });

  const changed = (content: Buffer, change: (copy: Buffer) => unknown) => {
    const copy = Buffer.from(content);
    change(copy);
    return copy;
  };
  for (const [what, damaged] of [
    ['that is empty', () => Buffer.alloc(0)],
    ['of nonsense', () => Buffer.alloc(100_000, 0x5a)],
    ['that is cut', (content: Buffer) => content.subarray(0, 30_001)],
    [
      'with a byte changed',
      (content: Buffer) => changed(content, copy => copy.writeUInt8(copy.readUInt8(20_000) ^ 1, 20_000)),
    ],
    ['with a block lost', (content: Buffer) => changed(content, copy => copy.fill(0, 4_096, 8_192))],
  ] as const) {
    it(`a file ${what} does no harm, and is replaced once it is old`, async () => {
      await run();
      const file = path.join(kept(), filesKept()[0] as string);
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

  it('is what the next ones run', async () => {
    await run();
    writeFileSync(folder.file('make.cjs'), MAKE);
    const file = path.join(kept(), filesKept()[0] as string);
    const made = await runNode([folder.file('make.cjs'), path.join(library(), 'dist/index.js'), file]).ended;
    expect(made.code, made.stderr).to.equal(0);
    const { stdout } = await runNode([folder.file('orderless.cjs')]).ended;
    expect(stdout).to.include('the parent is told of by the test');
  });

  it('what was made of another text of the library is not used', async () => {
    await run();
    const index = path.join(library(), 'dist/index.js');
    const text = readFileSync(index, 'latin1');
    // Of the same length, as V8 looks at no more than that.
    writeFileSync(index, `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`, 'latin1');
    expect(await run()).to.equal('ran\n');
    expect(filesKept()).to.have.lengthOf(2);
  });

  it('nothing is kept where NODE_DISABLE_COMPILE_CACHE says so, or coverage is taken', async () => {
    expect(await run({ env: { NODE_DISABLE_COMPILE_CACHE: '1' } })).to.equal('ran\n');
    expect(await run({ env: { NODE_V8_COVERAGE: folder.file('coverage') } })).to.equal('ran\n');
    expect(filesKept()).to.deep.equal([]);
  });

  it('a library that may not be written to works as well', async () => {
    // A file is in the way, for root too.
    rmSync(kept(), { recursive: true, force: true });
    writeFileSync(kept(), '');
    expect(await run()).to.equal('ran\n');
    rmSync(kept());
    mkdirSync(kept());
    chmodSync(kept(), 0o500);
    expect(await run()).to.equal('ran\n');
    chmodSync(kept(), 0o700);
  });

  it('many first children at once leave one file and no drafts', async () => {
    const many =
      'Promise.all(Array.from({ length: 8 }, () => new exports.Task().result())).then(all => console.log(all.length));';
    writeFileSync(folder.file('script.cjs'), script(many));
    expect(await run()).to.equal('8\n');
    expect(filesKept()).to.have.lengthOf(1);
  });
});
