/** An esbuild plugin: puts those parts of RxJS that a loop is made of into the one file that a child loads. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const { version } = createRequire(import.meta.url)('rxjs/package.json');

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
 * Files of `folder` that import `rxjs` get a copy of what they use of it, and need not load the package, 200 files.
 * Nobody else does: an Observable that a user sees is of the user's own rxjs. The copy is evaluated together with the
 * first file that imports it, so that a child without a loop never does.
 */
export const bundleRxjs = folder => ({
  name: 'rxjs-parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^rxjs$/ }, ({ importer }) =>
      path.dirname(importer) === folder ? { path: 'rxjs', namespace: 'rxjs-parts' } : undefined,
    );
    onLoad({ filter: /^rxjs$/, namespace: 'rxjs-parts' }, async () => ({ contents: await partsFor(folder) }));
  },
});

/** The text of one CommonJS module that exports what the files of `folder` import from rxjs. */
async function partsFor(folder) {
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
