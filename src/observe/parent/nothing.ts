/** Parent side: follows nothing, since there is no output. */
import type { Following } from '../../model/output';

export const NOTHING: Following = { more() {}, close() {} };
