/**
 * Child side: gives the exports of boot.ts, the main module of this process, without loading it again. A library that
 * was loaded before it, by --require or --import, has no `require.main`.
 */
export const bootExports = () => (require.main ?? process.mainModule)?.exports as typeof import('./boot');
