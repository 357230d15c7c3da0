/** Parent side: the files of the page, as the package has them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const TYPES: Record<string, readonly [file: string, type: string]> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/licenses.txt': ['licenses.txt', 'text/plain; charset=utf-8'],
};

/** By path. This file is a part of `dist/dashboard/server/index.js`. */
export function pageFiles(folder: string = path.join(__dirname, '..', 'page')): ReadonlyMap<string, PageFile> {
  const entries = Object.entries(TYPES).map(
    ([url, [file, type]]) => [url, { type, body: readFileSync(path.join(folder, file)) }] as const,
  );
  return new Map(entries);
}
