/** A folder for one test, gone afterwards. */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Gives each test of the suite that calls it a folder of its own. */
export function temporaryFolder(): {
  readonly path: string;
  file(name: string): string;
  lines(name: string): string[];
} {
  let folder = '';
  beforeEach(() => {
    // On macOS, the folder of temporary files is behind a link.
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'offspring-')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string) => path.join(folder, name);
  return {
    get path() {
      return folder;
    },
    file,
    /** What was written into a file so far; none if it does not exist. */
    lines(name) {
      try {
        return readFileSync(file(name), 'utf8').split('\n').filter(Boolean);
      } catch {
        return [];
      }
    },
  };
}
