/** Parent side: the files of the page, as the package has them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { StateError } from '../../index';

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const TYPES: Record<string, readonly [file: string, type: string]> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/dark.css': ['dark.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/licenses.txt': ['licenses.txt', 'text/plain; charset=utf-8'],
};

/** By path. This file is a part of `dist/dashboard/server/index.js`. @throws StateError if one cannot be read */
export function pageFiles(folder: string = path.join(__dirname, '..', 'page')): ReadonlyMap<string, PageFile> {
  const entries = Object.entries(TYPES).map(
    ([url, [file, type]]) => [url, { type, body: read(path.join(folder, file)) }] as const,
  );
  return new Map(entries);
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'it is missing' : message;
    throw new StateError(
      `serveDashboard(): a file of the page cannot be read: ${file} (${why}): install offspring-rx again, or in a checkout, run npm run build`,
      { subprocess: 'serveDashboard', cause },
    );
  }
}
