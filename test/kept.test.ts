/** What children keep of what V8 compiled of the library. */
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { runNode } from './support/script';
import { temporaryFolder } from './support/temporary';

const script = (then: string) => `
  const { Subprocess } = require('offspring-rx');
  exports.Task = class Task extends Subprocess { run() { return 'ran'; } };
  ${then}`;

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
    writeFileSync(folder.file('script.cjs'), script('new exports.Task().result().then(console.log);'));
  });

  it('the first child leaves it, and the next ones use it and leave it as it is', async () => {
    expect(await run()).to.equal('ran\n');
    const [file, ...others] = filesKept();
    expect(others).to.deep.equal([]);
    const content = readFileSync(path.join(kept(), file as string));
    // What was run is in it, not only what is on the way.
    expect(content.length).to.be.above(50_000);
    expect(await run()).to.equal('ran\n');
    expect(filesKept()).to.deep.equal([file]);
    expect(readFileSync(path.join(kept(), file as string)).equals(content)).to.equal(true);
  });

  for (const [what, damage] of [
    ['that is empty', Buffer.alloc(0)],
    ['of nonsense', Buffer.alloc(100_000, 0x5a)],
  ] as const) {
    it(`a file ${what} is of no use, and does no harm`, async () => {
      await run();
      const file = path.join(kept(), filesKept()[0] as string);
      writeFileSync(file, damage);
      expect(await run()).to.equal('ran\n');
    });
  }

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
