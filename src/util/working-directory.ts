/** Both sides: tells the working directory of this process. */
import { attempt } from './safely';

/** Undefined if the directory was deleted: `process.cwd()` throws then. */
export const workingDirectory = (): string | undefined => attempt(() => process.cwd());
