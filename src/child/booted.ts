/** Child side: what this process was started with, found without a look at the disk. */
export const boot = () => require.main?.exports as typeof import('./boot');
