/** Both sides: the platform of this process. It is chosen here, once. */
import { posix } from './posix';
import type { Platform } from './types';

export const platform: Platform =
  process.platform === 'win32' ? (require('./windows') as typeof import('./windows')).windows : posix;
