/** Terminal: loads what draws on a terminal, which is installed by those who use it alone. */
import type * as Ink from 'ink';
import type * as React from 'react';

export interface Drawing {
  readonly ink: typeof Ink;
  readonly react: typeof React;
}

/** The last version of ink for Node 20. */
const FOR_NODE_20 = 'ink@6';

/** Rejects with an error that says what to install. */
export async function loadInk(): Promise<Drawing> {
  // React would keep what it needs for its own developers.
  process.env['NODE_ENV'] ??= 'production';
  try {
    const [ink, react] = await Promise.all([import('ink'), import('react')]);
    return { ink, react };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    const isOld = Number(process.versions.node.split('.')[0]) < 22;
    throw new Error(
      `the screen needs two more packages: npm install ${isOld ? FOR_NODE_20 : 'ink'} react; or write plain lines, with --plain or { plain: true }`,
      { cause },
    );
  }
}
