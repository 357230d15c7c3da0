/** Makes the projects: a copy of each folder of test/consumers/, with the packed library installed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CONSUMERS = path.join(ROOT, 'test', 'consumers');
/** Where the projects are. Not below this project: they would find its packages. Kept, since installing takes longest. */
export const WORKSHOP = path.join(tmpdir(), `offspring-consumers-${userInfo().username}`);
/** Without a network, an installation should not take long to fail. */
const NPM = { npm_config_fetch_retries: '1', npm_config_fetch_retry_mintimeout: '1000' };
/** Milliseconds that an installation may take. */
const INSTALL_LIMIT = 300_000;

export const projectNames = () =>
  readdirSync(CONSUMERS).filter(name => existsSync(path.join(CONSUMERS, name, 'kinds.mjs')));

/** The kinds of a project: how its cases are written and run. */
export const kindsOf = async name => (await import(`../${name}/kinds.mjs`)).default;

/** Packs the library as it was built last. The name has a hash, so that npm sees that it is another one. */
export function packLibrary() {
  mkdirSync(WORKSHOP, { recursive: true });
  const args = ['pack', '--ignore-scripts', '--pack-destination', WORKSHOP];
  const told = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const packed = path.join(WORKSHOP, told.trim().split('\n').at(-1));
  const hash = createHash('sha256').update(readFileSync(packed)).digest('hex').slice(0, 12);
  const tarball = path.join(WORKSHOP, `offspring-rx-${hash}.tgz`);
  renameSync(packed, tarball);
  return tarball;
}

/**
 * Copies the project `name`, and installs its packages. Returns its folder, or the error of the installation. The
 * packages of an earlier run are used again if the project asks for the same ones.
 */
export async function makeProject(name, tarball) {
  const folder = path.join(WORKSHOP, name);
  const source = path.join(CONSUMERS, name);
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) {
    if (!/^(node_modules|tools|\.yarn|\.pnp.*|yarn\.lock|installed)$/.test(file))
      rmSync(path.join(folder, file), { recursive: true });
  }
  cpSync(source, folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
  const { install = ['npm', 'install', '--no-package-lock', '--no-audit', '--no-fund', '--prefer-offline'] } = manifest;
  manifest.dependencies = { ...manifest.dependencies, 'offspring-rx': `file:${tarball}` };
  const text = JSON.stringify(manifest, null, 2);
  writeFileSync(path.join(folder, 'package.json'), text);
  const mark = path.join(folder, 'installed');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === text) return { folder };
  rmSync(mark, { force: true });
  for (const command of Array.isArray(install[0]) ? install : [install]) {
    const { code, output } = await runCommand(command, { cwd: folder, limit: INSTALL_LIMIT, env: NPM });
    if (code !== 0) return { folder, error: `${command.join(' ')} ended with ${code}:\n${output}` };
  }
  writeFileSync(mark, text);
  return { folder };
}
