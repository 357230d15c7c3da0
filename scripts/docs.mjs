/**
 * Builds the documentation's site, or shows it while you write. First it writes the pages that the site has of other
 * files: `docs/generated/`, which git ignores.
 *
 *   node scripts/docs.mjs build      into docs/.vitepress/dist; DOCS_BASE=/some/path/ for a site under a path
 *   node scripts/docs.mjs dev        at http://localhost:5173
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GENERATED = path.join(ROOT, 'docs/generated');
const EXPORTS = path.join(GENERATED, 'api');
const [command = 'build', ...rest] = process.argv.slice(2);

/** A file at the root, as a page of `docs/generated/`: its links lead from there. */
function writePage(source, page) {
  const text = readFileSync(path.join(ROOT, source), 'utf8').replaceAll(
    /(\]\()(?![a-z]+:|#)([^)\s]+\))/gi,
    (_, open, link) => `${open}${link.startsWith('docs/') ? link.slice('docs/'.length) : `../${link}`}`,
  );
  // The pages move up by one folder, and so do their links. Pictures are found from where the file is.
  const withPictures = text.replaceAll(/(!\[[^\]]*\]\()(?![a-z]+:)/gi, '$1../');
  writeFileSync(path.join(GENERATED, page), withPictures);
}

/** What the first page of the exports says of the examples on all others. */
const ABOUT_EXAMPLES = `The examples leave out their imports: an export is imported from the module of its page, and operators from \`rxjs\`. \`CountLines\` is the class of [the tour](../tour.md#follow-it), \`Heartbeat\` that of [testing](../testing.md), and \`Thumbnail\` and \`LookUp\` those of [pools](../pool.md); \`images\` are some of the items of \`Thumbnail\`.

`;

async function writeExports() {
  const { exports: entries } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const names = Object.entries(entries)
    .filter(([, entry]) => entry.require)
    .map(([name]) => (name === '.' ? 'offspring-rx' : `offspring-rx/${name.slice('./'.length)}`));
  const sourceOf = name => `src${name.slice('offspring-rx'.length)}/index.ts`;
  const app = await Application.bootstrapWithPlugins({
    entryPoints: names.map(name => path.join(ROOT, sourceOf(name))),
    tsconfig: path.join(ROOT, 'tsconfig.build.json'),
    plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
    docsRoot: path.join(ROOT, 'docs'),
    out: EXPORTS,
    readme: 'none',
    name: 'Exports',
    entryFileName: 'index',
    excludeInternal: true,
    excludePrivate: true,
    disableSources: true,
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    parametersFormat: 'table',
    // The flags of a class have long descriptions, which a table of five columns would cut off.
    classPropertiesFormat: 'list',
    interfacePropertiesFormat: 'table',
    logLevel: 'Error',
    validation: false,
  });
  const project = await app.convert();
  if (!project) throw new Error('typedoc could not read the sources');
  for (const each of project.children ?? []) {
    each.name = each.name === 'index' ? 'offspring-rx' : `offspring-rx/${each.name}`;
  }
  await app.generateOutputs(project);
  for (const file of readdirSync(EXPORTS, { recursive: true, encoding: 'utf8' }).filter(each => each.endsWith('.md'))) {
    const text = readFileSync(path.join(EXPORTS, file), 'utf8');
    // TypeDoc links to #own-group. The heading OWN_GROUP has the anchor own_group.
    const withAnchors = text.replaceAll(
      /^#+ (\w+(?:\\_\w+)+)$/gm,
      (heading, name) => `<a id="${name.toLowerCase().replaceAll('\\_', '-')}"></a>\n\n${heading}`,
    );
    if (withAnchors !== text) writeFileSync(path.join(EXPORTS, file), withAnchors);
  }
  const index = path.join(EXPORTS, 'index.md');
  writeFileSync(index, readFileSync(index, 'utf8').replace('## Modules', `${ABOUT_EXAMPLES}## Modules`));
}

/** Each picture of a page links to itself, under the path that it has in `docs/`. */
function copyPictures() {
  for (const file of readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(svg|png)$/.test(file) || /^(\.vitepress|generated|public)\b/.test(file)) continue;
    cpSync(path.join(ROOT, 'docs', file), path.join(ROOT, 'docs/.vitepress/dist', file));
  }
}

// Of an earlier build, nothing stays, so that a failed one is seen.
for (const folder of [GENERATED, path.join(ROOT, 'docs/.vitepress/dist')]) {
  rmSync(folder, { recursive: true, force: true });
}
mkdirSync(GENERATED, { recursive: true });
writePage('README.md', 'overview.md');
writePage('CHANGELOG.md', 'changelog.md');
await writeExports();

const require = createRequire(import.meta.url);
const vitepress = path.join(path.dirname(require.resolve('vitepress/package.json')), 'bin/vitepress.js');
const { status } = spawnSync(process.execPath, [vitepress, command, 'docs', ...rest], { cwd: ROOT, stdio: 'inherit' });
process.exitCode = status ?? 1;
if (command === 'build' && status === 0) copyPictures();
