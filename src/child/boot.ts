/** Child side: starts a child process with the library code that V8 compiled in an earlier child. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isCacheAllowed, Library } from '../compile-cache/library';

const DIST = path.join(__dirname, '..');
/** The file that `require('offspring-rx')` gives. */
export const packageFile = path.join(DIST, 'entry.js');
/** The URL that `import 'offspring-rx'` gives. */
export const packageUrl = () => pathToFileURL(path.join(DIST, 'index.mjs')).href;
/** 'once', 'loop' or, while the class is not known, 'blank': before the user's arguments. */
const [kind = 'once'] = process.argv.splice(2, 1);
/** Whether this is a spare for any class, which waits for one. */
export const isBlank = kind === 'blank';
/** Imports a module. It is defined here because code from cached data cannot call import() on Node 20. */
export const importModule = (url: string): Promise<unknown> => import(url);

const library = new Library(DIST, kind === 'loop' ? 'loop' : 'once');

/** Whether a module that was loaded before this one, by --require or --import, has loaded the library. */
export const wasPreloaded = library.isLoaded;

// The parent's sign that this process has not come here; see parent/spawn/not-node.
delete process.env['OFFSPRING_RX_BOOTING'];

// A library that was loaded before stays: the classes of the module that loaded it extend its classes.
if (!wasPreloaded && isCacheAllowed()) loadLibrary();
if (isBlank) (require('./await-class') as typeof import('./await-class')).awaitClass(() => require('./main'));
else require('./main');

/** Compiling takes 2 to 4 ms of a start's 30 ms. */
function loadLibrary(): void {
  if (!library.load()) return;
  (require('../util/save-compiled') as typeof import('../util/save-compiled')).setSave(() => library.save());
  // The user's module loads the package by its entry.
  library.standFor(packageFile);
}
