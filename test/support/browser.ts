/** A browser for the tests of the dashboard: Debian's Chromium, led by playwright-core. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { MARK } from './processes';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const found = (): string | undefined => PLACES.find(place => existsSync(place));

/** Where the browser is, or why there is none. Installs Debian's where this process may. */
export function browserPath(): { path: string } | { why: string } {
  const here = process.env['CHROMIUM'] ?? found();
  if (here !== undefined) return { path: here };
  if (process.getuid?.() !== 0) return { why: 'install chromium, name one in CHROMIUM, or run the tests as root' };
  try {
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
      execFileSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    }
  } catch {
    return { why: 'apt-get could not install chromium' };
  }
  const path = found();
  return path === undefined ? { why: 'apt-get has installed no chromium' } : { path };
}

export async function launch(path: string): Promise<Browser> {
  // Without the mark of the test: it outlives one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== MARK)) as Record<
    string,
    string
  >;
  return chromium.launch({ executablePath: path, args: ['--no-sandbox'], env });
}
