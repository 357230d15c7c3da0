/** The package as npm packs it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './fixture';

/** What `npm pack --json` tells of a tarball, and its path. */
export interface Packed {
  tarball: string;
  filename: string;
  /** Bytes of the tarball, and of all of its files. */
  size: number;
  unpackedSize: number;
  files: { path: string; size: number }[];
}

/** What npm prints with `--json` of one package: by itself, in a list, or by name, as the version of npm has it. */
export function toldByNpm(text: string): Omit<Packed, 'tarball'> {
  const told = JSON.parse(text);
  return 'files' in told ? told : (Object.values(told)[0] as Omit<Packed, 'tarball'>);
}

/** Packs what was built last into `folder`. */
export function pack(folder: string): Packed {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const told = execFileSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const packed = toldByNpm(told);
  return { ...packed, tarball: path.join(folder, packed.filename) };
}

/** Unpacks a tarball to `node_modules/offspring-rx` of a folder. */
export function unpack(tarball: string, folder: string): void {
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  execFileSync('tar', ['-xzf', path.relative(modules, tarball)], { cwd: modules });
  renameSync(path.join(modules, 'package'), path.join(modules, 'offspring-rx'));
}
