/** Child side: tells whether flags of this process may have run a module before ours, or registered a loader. */

const IMPORT = '--(import|loader|experimental-(loader|(default-)?config-file))';
const REQUIRE = '-r|--require';

function hasFlag(pattern: string): boolean {
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  // Most children have none, and to compile the pattern takes 0.1 ms.
  return flags !== '' && new RegExp(`(^|\\s)(${pattern})`).test(flags);
}

/** Whether a flag may have registered a loader for what is imported. */
export const hasImportFlag = () => hasFlag(IMPORT);

/** Whether a flag may have registered a loader for what is imported or required. */
export const hasLoaderFlag = () => hasFlag(`${REQUIRE}|${IMPORT}`);
