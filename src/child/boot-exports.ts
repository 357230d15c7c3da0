/** Child side: gives the exports of boot.ts, the main module of this process, without loading it again. */
export const bootExports = () => require.main?.exports as typeof import('./boot');
