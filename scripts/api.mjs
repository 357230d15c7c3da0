/**
 * Writes the API report of each public entry, after a build: what users see of its types, as text that a review can
 * compare. `npm run api` writes to `docs/api`; a test writes to another folder and compares.
 *
 *   node scripts/api.mjs [<folder>]
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import extractor from '@microsoft/api-extractor';

const { CompilerState, Extractor, ExtractorConfig } = extractor;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MANIFEST = path.join(ROOT, 'package.json');
const folder = path.resolve(process.argv[2] ?? path.join(ROOT, 'docs/api'));

const { exports: entries } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
const reports = Object.entries(entries)
  .filter(([, entry]) => entry.require)
  .map(([name, { require }]) => ({
    name: name === '.' ? 'offspring-rx' : name.slice('./'.length).replaceAll('/', '-'),
    types: path.join(ROOT, require.types),
  }));
const compilerOptions = {
  target: 'es2022',
  module: 'node20',
  moduleResolution: 'node16',
  lib: ['es2022'],
  types: ['node'],
  strict: true,
  skipLibCheck: true,
};
const silent = { default: { logLevel: 'none' } };

const draft = mkdtempSync(path.join(tmpdir(), 'offspring-api-'));
mkdirSync(folder, { recursive: true });
let compilerState;
for (const { name, types } of reports) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: types,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: reports.map(each => each.types) } },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: draft,
        reportTempFolder: path.join(draft, 'new'),
        // Types without an export of their own are a part of what users see.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: MANIFEST,
  });
  // One compilation for all entries.
  compilerState ??= CompilerState.create(config, { additionalEntryPoints: reports.map(each => each.types) });
  const { errorCount } = Extractor.invoke(config, {
    compilerState,
    localBuild: true,
    messageCallback: message => {
      if (message.logLevel === 'error') console.error(message.formatMessageWithLocation(ROOT));
      message.handled = true;
    },
  });
  if (errorCount > 0) process.exitCode = 1;
  const file = `${name}.api.md`;
  writeFileSync(path.join(folder, file), readFileSync(path.join(draft, 'new', file), 'utf8'));
}
rmSync(draft, { recursive: true, force: true });
