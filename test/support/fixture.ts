/** Fixtures are compiled before the tests run, so that their children need no TypeScript compiler. */
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '..', '..');
const BUILT = path.join(ROOT, 'build', 'test', 'fixtures');

/** The path of a compiled fixture: `fixturePath('scripts/plain')`. */
export const fixturePath = (name: string): string => path.join(BUILT, `${name}.js`);

/** A compiled fixture: `fixture<typeof import('./fixtures/tasks')>('tasks')`. */
export const fixture = <M>(name: string): M => require(fixturePath(name)) as M;
