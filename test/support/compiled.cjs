/**
 * Required for every run: loads a TypeScript file as `npm run build:test` has compiled it, so that the processes of mocha
 * need no compiler. A file that has changed since is compiled by ts-node.
 */
const { readFileSync, statSync } = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..', '..');
let service;

// Errors name the lines of the sources.
process.setSourceMapsEnabled(true);

require.extensions['.ts'] = (module, file) => {
  const compiled = path.join(ROOT, 'build', path.relative(ROOT, file).replace(/ts$/, 'js'));
  module._compile(isUpToDate(compiled, file) ? load(compiled, file) : compile(file), file);
};

function isUpToDate(compiled, file) {
  const stats = statSync(compiled, { throwIfNoEntry: false });
  return stats !== undefined && stats.mtimeMs > statSync(file).mtimeMs;
}

/** The source map lies beside the compiled file. Node looks for it from `file`. */
function load(compiled, file) {
  const from = path.relative(path.dirname(file), path.dirname(compiled)).replaceAll(path.sep, '/');
  return readFileSync(compiled, 'utf8').replace(/^\/\/# sourceMappingURL=/m, `$&${from}/`);
}

function compile(file) {
  // It replaces how stacks are written, which Node does already.
  const { prepareStackTrace } = Error;
  service ??= require('ts-node').create({ transpileOnly: true });
  Error.prepareStackTrace = prepareStackTrace;
  return service.compile(readFileSync(file, 'utf8'), file);
}
