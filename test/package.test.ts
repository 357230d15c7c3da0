/** What the package holds, and what tools that look at packages say of it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { itInFull, LONG } from './support/long';
import { type Packed, pack, toldByNpm, unpack } from './support/packed';
import { runNode } from './support/script';

/**
 * Bytes. What is released may grow up to here; beyond it something was packed that should not be. The tree of processes,
 * the channels and OpenTelemetry took 10 % of it; the dashboard takes 15 %, most of it its page, with the charts, and `top`
 * another 4 %. The examples of each export, the output of nested processes and spares for any class take the last 1 %.
 */
const MOST_UNPACKED = 1_540_000;
/** The guides and their pictures, in addition. They help those who read them offline, and nobody loads them. */
const MOST_OF_DOCS = 650_000;
/** Of the guides, about a quarter is left when they are packed. */
const MOST_PACKED = 400_000 + MOST_OF_DOCS / 4;

/** The packages below are ES modules. Not import(): it would be compiled to a require. */
const load: <M>(name: string) => Promise<M> = new Function('name', 'return import(name)') as never;

describe('the package', function () {
  this.timeout(120_000);
  let folder = '';
  let packed: Packed;
  const unpacked = () => path.join(folder, 'node_modules', 'offspring-rx');
  const textOf = (file: string) => readFileSync(path.join(unpacked(), file), 'utf8');
  const packedFiles = (ending: RegExp) => packed.files.map(file => file.path).filter(file => ending.test(file));

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'offspring-package-'));
    packed = pack(folder);
    unpack(packed.tarball, folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  itInFull(`has no finding of @arethetypeswrong, with any module resolution ${LONG}`, async () => {
    const { checkPackage, createPackageFromTarballData } =
      await load<typeof import('@arethetypeswrong/core')>('@arethetypeswrong/core');
    const analysis = await checkPackage(createPackageFromTarballData(readFileSync(packed.tarball)));
    if (!analysis.types) throw new Error('no types were found');
    expect(analysis.problems).to.deep.equal([]);
    const entries = [
      '.',
      './operators',
      './supervise',
      './pool',
      './testing',
      './bullmq',
      './observe',
      './otel',
      './otel/register',
      './dashboard',
      './package.json',
    ];
    expect(Object.keys(analysis.entrypoints)).to.have.members(entries);
    for (const [entry, { resolutions }] of Object.entries(analysis.entrypoints)) {
      for (const [kind, { resolution }] of Object.entries(resolutions)) {
        expect(resolution?.fileName, `${entry}, ${kind}`).to.match(/\.(d\.m?ts|json)$/);
      }
    }
  });

  it('works where it is unpacked, from an ES module and from CommonJS', async () => {
    const modules = path.join(folder, 'node_modules');
    symlinkSync(path.join(ROOT, 'node_modules', 'rxjs'), path.join(modules, 'rxjs'), 'junction');
    const rest = `class Task extends Subprocess { run() { return 'ran'; } }
      new Task().result().then(result => console.log(result));`;
    writeFileSync(path.join(folder, 'task.mjs'), `import { Subprocess } from 'offspring-rx'; ${rest}`);
    writeFileSync(path.join(folder, 'task.cjs'), `const { Subprocess } = require('offspring-rx'); ${rest}`);
    for (const file of ['task.mjs', 'task.cjs']) {
      const { code, stdout, stderr } = await runNode([file], { cwd: folder }).ended;
      expect({ code, stdout, stderr }, file).to.deep.equal({ code: 0, stdout: 'ran\n', stderr: '' });
    }
  });

  it('has no finding of publint', async () => {
    const { publint } = await load<typeof import('publint')>('publint');
    const { buffer, byteOffset, byteLength } = readFileSync(packed.tarball);
    const tarball = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    const { messages } = await publint({ pack: { tarball }, level: 'suggestion', strict: true });
    expect(messages).to.deep.equal([]);
  });

  itInFull(`has no warning of npm publish ${LONG}`, async () => {
    // Nobody listens there. The registry's answer says nothing about the package, and may be that the version exists.
    const registry = 'http://127.0.0.1:9/';
    const args = ['publish', '--dry-run', '--ignore-scripts', '--json', '--registry', registry, '--fetch-retries', '0'];
    const { status, stdout, stderr } = spawnSync('npm', args, {
      cwd: ROOT,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    const isAboutPackage = (line: string) => !/^npm notice|requires you to be logged in/.test(line);
    expect(stderr.split('\n').filter(Boolean).filter(isAboutPackage)).to.deep.equal([]);
    expect(status).to.equal(0);
    expect(toldByNpm(stdout).files).to.deep.equal(packed.files);
  });

  it('is small', function () {
    const { size, unpackedSize, files } = packed;
    const told = `${size} bytes packed, ${unpackedSize} unpacked, ${files.length} files`;
    if (this.test) this.test.title += `: ${told}`;
    const largest = files.toSorted((a, b) => b.size - a.size).slice(0, 10);
    const message = `${told}; the largest: ${largest.map(file => `${file.path} ${file.size}`).join(', ')}`;
    expect(size, message).to.be.below(MOST_PACKED);
    const docs = files.filter(file => file.path.startsWith('docs/')).reduce((sum, file) => sum + file.size, 0);
    expect(docs, message).to.be.below(MOST_OF_DOCS);
    expect(unpackedSize - docs, message).to.be.below(MOST_UNPACKED);
  });

  it('has the guides, whose links to each other work', () => {
    const pages = packedFiles(/^(README|docs\/.*)\.md$/);
    expect(pages).to.include.members(['README.md', 'docs/pool.md', 'docs/migrating/fork.md', 'docs/recipes/sse.md']);
    const paths = packed.files.map(file => file.path);
    const missing = pages.flatMap(page =>
      [...textOf(page).matchAll(/\]\((?!https?:)([^)\s#]+\.(?:md|svg))/g)]
        .map(([, link = '']) => path.posix.join(path.posix.dirname(page), link))
        .filter(link => !paths.includes(link) && existsSync(path.join(ROOT, link)))
        .map(link => `${page}: ${link}`),
    );
    // For those who work on the library: they are in the repository alone.
    const forAuthors = /(CONTRIBUTING|SECURITY|CODE_OF_CONDUCT)\.md$|: (bench|docs\/(api|benchmarks)|demo|test)\//;
    expect(missing.filter(link => !forAuthors.test(link))).to.deep.equal([]);
  });

  it('has each module of the library once: in a bundle, or as a file', () => {
    const files = packedFiles(/\.js$/);
    const places = files.flatMap(file => {
      // How esbuild writes a module of a bundle.
      const bundled = [...textOf(file).matchAll(/^ {2}"([^"]+)"\(exports/gm)].map(([, name]) => name as string);
      return [...new Set([file, ...bundled.map(name => `dist/${name}`)])];
    });
    const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      // Bundled for browsers, as dist/dashboard/page/page.js.
      .filter(file => !file.startsWith(path.join('dashboard', 'page')))
      .map(file => `dist/${file.replaceAll(path.sep, '/').replace(/\.ts$/, '.js')}`);
    const twice = places.filter((place, at) => place.endsWith('.js') && places.indexOf(place) !== at);
    // It comes before all bundles, so it is a part of what a program and a child begin with.
    const loader = ['attempt', 'cache-file', 'library', 'texts'].map(name => `dist/compile-cache/${name}.js`);
    expect(twice).to.have.members(loader);
    expect(sources.filter(source => !places.includes(source))).to.deep.equal([]);
  });

  it('has the declarations that its entries need, and no others', () => {
    const needed = new Set<string>();
    const visit = (file: string) => {
      if (needed.has(file)) return;
      needed.add(file);
      for (const [, specifier = ''] of textOf(file).matchAll(/(?:from |import\(|^import )['"](\.[^'"]+)['"]/gm)) {
        visit(path.posix.join(path.posix.dirname(file), specifier.replace(/\.js$/, '')).concat('.d.ts'));
      }
    };
    for (const entry of packedFiles(/\.d\.mts$/)) visit(entry);
    expect(packedFiles(/\.d\.m?ts$/)).to.have.members([...needed]);
  });

  it('has the notices of what is bundled: parts of RxJS and tslib', () => {
    const { version } = require('rxjs/package.json');
    const license = readFileSync(path.join(ROOT, 'node_modules/rxjs/LICENSE.txt'), 'utf8');
    const copyright = /^ *(Copyright \(c\) 2015.*)$/m.exec(license)?.[1] as string;
    const code = textOf('dist/child/loop/index.js');
    expect(code).to.include(`Parts of RxJS ${version}`);
    expect(code).to.include(` * ${copyright}\n * Licensed under the Apache License, Version 2.0`);
    expect(code).to.include('tslib, Copyright (c) Microsoft Corporation');
    // Both are under one license, and the package has its text.
    const termsOf = (text: string) => text.slice(text.indexOf('TERMS AND CONDITIONS'), text.indexOf('APPENDIX'));
    const words = (text: string) => termsOf(text).split(/\s+/).join(' ');
    expect(words(textOf('LICENSE')))
      .to.have.length.above(5_000)
      .and.to.equal(words(license));
  });

  it('has the page of the dashboard, with the license of its charts', () => {
    const files = ['index.html', 'page.js', 'page.css', 'dark.css', 'icon.svg', 'licenses.txt'];
    expect(packedFiles(/^dist\/dashboard\/page\//)).to.have.members(files.map(file => `dist/dashboard/page/${file}`));
    const license = readFileSync(path.join(ROOT, 'node_modules/uplot/LICENSE'), 'utf8').trim();
    expect(textOf('dist/dashboard/page/licenses.txt')).to.include(license);
  });

  itInFull(`has the types that docs/api reports ${LONG}`, async () => {
    const now = path.join(folder, 'api');
    execFileSync(process.execPath, [path.join(ROOT, 'scripts/api.mjs'), now], { encoding: 'utf8', stdio: 'pipe' });
    const reports = path.join(ROOT, 'docs/api');
    expect(readdirSync(now)).to.have.members(readdirSync(reports));
    for (const file of readdirSync(now)) {
      const lines = (from: string) => readFileSync(path.join(from, file), 'utf8').split(/\r?\n/);
      const [before, after] = [lines(reports), lines(now)];
      const changes = [
        ...before.filter(line => !after.includes(line)).map(line => `- ${line}`),
        ...after.filter(line => !before.includes(line)).map(line => `+ ${line}`),
      ];
      const advice = 'If users are to see this change, run `npm run api`, commit the file and name it in CHANGELOG.md.';
      if (before.join('\n') !== after.join('\n')) {
        throw new Error(
          `The public types differ from docs/api/${file}:\n${changes.slice(0, 40).join('\n')}\n${advice}`,
        );
      }
    }
  });
});
