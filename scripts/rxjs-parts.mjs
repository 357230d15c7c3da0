/**
 * An esbuild plugin: a bundle loads of RxJS only what it uses. The package has 200 files, which take 70 ms of processor
 * time.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const { version } = require('rxjs/package.json');

/** What the licenses of the packages that are bundled ask to be said. */
const NOTICES = {
  rxjs: ` * Parts of RxJS ${version}, https://rxjs.dev
 * Copyright (c) 2015-2018 Google, Inc., Netflix, Inc., Microsoft Corp. and contributors
 * Licensed under the Apache License, Version 2.0, http://www.apache.org/licenses/LICENSE-2.0
`,
  tslib: ` * With helpers of tslib, Copyright (c) Microsoft Corporation, under the 0BSD license
`,
};

/**
 * The files of the folder `copies` get a copy of what they use of RxJS, so the child of a loop loads no file of the
 * package. Nobody else does: an Observable that a user sees is of the user's own rxjs. All others load, each on its
 * first use, the parts of the package that `text` names; that is the text of all files of the bundle.
 */
export const rxjsParts = (copies, text) => ({
  name: 'rxjs-parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^rxjs$/ }, ({ importer }) => ({
      path: path.dirname(importer) === copies ? 'copy' : 'parts',
      namespace: 'rxjs',
    }));
    onResolve({ filter: /^rxjs\/internal\// }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /^copy$/, namespace: 'rxjs' }, async () => ({ contents: await copyFor(copies) }));
    onLoad({ filter: /^parts$/, namespace: 'rxjs' }, () => ({ contents: partsNamedIn(text) }));
  },
});

/**
 * A CommonJS module with what `text` names of RxJS, as getters that load the file of the package. The package exports its
 * `internal/*`, and `rxjs` itself has the same objects. https://github.com/ReactiveX/rxjs/blob/7.x/package.json
 */
function partsNamedIn(text) {
  const words = new Set(text.match(/\w+/g));
  const index = readFileSync(require.resolve('rxjs'), 'utf8');
  const required = index.matchAll(/^var (\w+) = require\("\.\/(internal\/[^"]+)"\);$/gm);
  const files = new Map([...required].map(([, variable, file]) => [variable, file]));
  const exported = index.matchAll(/"(\w+)", \{ enumerable: true, get: function \(\) \{ return (\w+)\.(\w+); \} \}/g);
  const getters = [...exported]
    .filter(([, name]) => words.has(name))
    .map(
      ([, name, variable, member]) =>
        `get ${name}() { return keep('${name}', require('rxjs/${files.get(variable)}').${member}) }`,
    );
  const keep = 'const keep = (name, value) => Object.defineProperty(module.exports, name, { value }) && value;';
  return `${keep}\nmodule.exports = {\n${getters.join(',\n')}\n};`;
}

/** The text of one CommonJS module that exports what the files of `folder` import from rxjs. */
async function copyFor(folder) {
  const files = readdirSync(folder).filter(file => file.endsWith('.js'));
  const texts = files.map(file => readFileSync(path.join(folder, file), 'utf8'));
  // As tsc writes what it imports.
  const names = new Set(texts.flatMap(text => [...text.matchAll(/\brxjs_1\.(\w+)/g)].map(([, name]) => name)));
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export { ${[...names].join(', ')} } from 'rxjs';`, resolveDir: import.meta.dirname },
    bundle: true,
    // For the platform `node`, RxJS offers CommonJS modules only, and esbuild leaves nothing out of those.
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['es2015'],
    format: 'cjs',
    target: 'node20',
    legalComments: 'none',
    write: false,
    metafile: true,
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const bundled = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const packages = new Set(bundled.map(([file]) => packageOf(file)).filter(Boolean));
  return `/*!\n${[...packages].sort().map(noticeOf).join('')} */\n${outputFiles[0].text}`;
}

/** The package that a file belongs to; undefined if it belongs to none. */
const packageOf = file => /.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];

function noticeOf(name) {
  if (!NOTICES[name]) throw new Error(`the bundle has code of ${name}: add what its license asks for to NOTICES`);
  return NOTICES[name];
}
