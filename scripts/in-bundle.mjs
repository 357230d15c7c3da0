/**
 * Both sides: what a bundler puts into a user's bundle in place of this package, by the condition `module` of the
 * exports in package.json, which Node does not have. It loads the package when the bundle runs, as if the bundler had
 * been told that the package is external: a child needs the files of the package. scripts/bundle.mjs copies this file to
 * dist/, and makes a module beside it for each entry.
 */
import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';

/** Under another name, because webpack warns of a createRequire whose argument is not known when it builds. */
const { createRequire: requireAt } = nodeModule;

/** The file of the bundle, as V8 names it. Not import.meta: some bundlers replace it when they build. */
function bundleFile() {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_, sites) => sites[0]?.getFileName();
    return new Error().stack;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** Loads an entry of the package from where the bundle is, or else from where the program was started. */
export function loadPackage(entry) {
  const file = bundleFile();
  const places = [file, process.argv[1], pathToFileURL(`${process.cwd()}/`).href];
  for (const place of places) {
    if (!/^(file:|\/|[A-Za-z]:[\\/]|\\\\)/.test(place ?? '')) continue;
    const load = requireAt(place);
    let path;
    try {
      path = load.resolve(entry);
    } catch {
      continue;
    }
    return load(path);
  }
  const error = new Error(
    `${entry} is not installed where this bundle runs (${file}). A child process needs the files of the package, so it cannot be part of a bundle: run npm install offspring-rx rxjs there, and in the bundler mark both as external, as in external: ['offspring-rx', 'rxjs']`,
  );
  error.name = 'StateError';
  throw error;
}
