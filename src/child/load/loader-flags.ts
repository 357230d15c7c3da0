/** Child side: tells whether flags of this process may have registered a loader, which changes how modules are loaded. */

function hasFlag(pattern: RegExp): boolean {
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  // Most children have none, and to compile the pattern takes 0.1 ms.
  return flags !== '' && pattern.test(flags);
}

/** One that changes what is imported. */
export const hasImportFlag = () => hasFlag(/(^|\s)--(import|loader|experimental-loader)\b/);

/** One that changes what is imported or what is required. */
export const hasLoaderFlag = () => hasFlag(/(^|\s)(-r|--(require|import|loader|experimental-loader))\b/);
