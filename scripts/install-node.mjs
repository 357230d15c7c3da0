/** Installs other versions of Node from the registry, into `.nodes/`, which git ignores. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The program of a version, or undefined if the registry does not give it. */
export function installNode(version) {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${system}-${process.arch}`;
  const folder = path.join(ROOT, '.nodes', version);
  const program = path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const args = ['install', '--no-audit', '--no-fund', '--loglevel', 'error', `${name}@${version}`];
    const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', shell: system === 'win' });
    if (status !== 0) console.error(`the registry gave no ${name}@${version}:\n${stderr}`);
  }
  return existsSync(program) ? program : undefined;
}
