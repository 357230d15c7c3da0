/**
 * Bundles the page of the dashboard into dist/dashboard/page/, with its charts (uPlot), so that it loads nothing of
 * another site and users build nothing. The licenses of what is bundled go beside it.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = path.join(ROOT, 'src/dashboard/page');
const TARGET = path.join(ROOT, 'dist/dashboard/page');
const { resolve } = createRequire(import.meta.url);

export async function buildPage() {
  mkdirSync(TARGET, { recursive: true });
  await build({
    entryPoints: { page: path.join(SOURCE, 'main.ts') },
    entryNames: '[name]',
    outdir: TARGET,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    banner: { js: '// With uPlot, under the MIT license: see licenses.txt' },
    legalComments: 'none',
  });
  await build({
    entryPoints: { page: path.join(SOURCE, 'style/all.css'), dark: path.join(SOURCE, 'style/dark.css') },
    entryNames: '[name]',
    outdir: TARGET,
    bundle: true,
    minify: true,
    legalComments: 'none',
    target: ['chrome111', 'firefox115', 'safari16.4'],
  });
  for (const file of ['index.html', 'icon.svg']) copyFileSync(path.join(SOURCE, file), path.join(TARGET, file));
  const uplot = path.join(path.dirname(resolve('uplot')), '..');
  const { version } = JSON.parse(readFileSync(path.join(uplot, 'package.json'), 'utf8'));
  const license = readFileSync(path.join(uplot, 'LICENSE'), 'utf8').trim();
  writeFileSync(
    path.join(TARGET, 'licenses.txt'),
    `page.js has uPlot ${version}, https://github.com/leeoniya/uPlot\n\n${license}\n`,
  );
}
