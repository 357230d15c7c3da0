/** An esbuild plugin: puts those parts of RxJS that a loop is made of into the one file that a child loads. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const { version } = createRequire(import.meta.url)('rxjs/package.json');

const NOTICE = `/*!
 * Parts of RxJS ${version}, https://rxjs.dev
 * Copyright (c) 2015-2018 Google, Inc., Netflix, Inc., Microsoft Corp. and contributors
 * Licensed under the Apache License, Version 2.0, http://www.apache.org/licenses/LICENSE-2.0
 * With helpers of tslib, Copyright (c) Microsoft Corporation, under the 0BSD license
 */`;

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
  const { outputFiles } = await build({
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
  });
  return `${NOTICE}\n${outputFiles[0].text}`;
}
