/** The packages that only the benchmarks need: installed when they are missing, and loaded from beside the benchmarks. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Unavailable } from './group';
import { PEERS } from './places';

const MANIFEST = path.join(PEERS, 'package.json');
const VERSIONS: Record<string, string> = JSON.parse(readFileSync(MANIFEST, 'utf8')).devDependencies;
const folderOf = (name: string) => path.join(PEERS, 'node_modules', name);

/** What `--no-peers` leaves in the environment of everything that is measured. */
export const WITHOUT_PEERS = 'OFFSPRING_BENCH_WITHOUT_PEERS';

/** Returns whether all are there. */
export function installPeers(say: (line: string) => void): boolean {
  const missing = Object.keys(VERSIONS).filter(name => !existsSync(folderOf(name)));
  if (missing.length === 0) return true;
  say(`installing into bench/peers/node_modules, which is needed once: ${missing.join(', ')}`);
  const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: PEERS,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) return true;
  say(`they could not be installed, and are left out: ${stderr?.trim().split('\n')[0] ?? ''}`);
  return false;
}

/** @throws Unavailable if it is not installed */
export async function importPeer<T>(name: string): Promise<T> {
  check(name);
  const { loadPeer } = await import(pathToFileURL(path.join(PEERS, 'load-peer.mjs')).href);
  return loadPeer(name);
}

/** The same for those that are CommonJS, at once. */
export function requirePeer<T>(name: string): T {
  check(name);
  return createRequire(MANIFEST)(name);
}

/** Those that are measured, each with the version that is installed. */
export const peerVersions = (): string[] =>
  Object.keys(VERSIONS)
    .filter(name => name !== 'echarts')
    .map(name => ({ name, manifest: path.join(folderOf(name), 'package.json') }))
    .filter(({ manifest }) => existsSync(manifest))
    .map(({ name, manifest }) => `${name} ${JSON.parse(readFileSync(manifest, 'utf8')).version}`);

function check(name: string): void {
  if (process.env[WITHOUT_PEERS] !== undefined) throw new Unavailable('left out by --no-peers');
  if (!existsSync(folderOf(name))) throw new Unavailable('not installed');
}
