/** Both sides: has an instance get its members from the kit while it is constructed. */
import { CHILD, type ChildSide, childSide } from '../side';

/** Calls `construct`. What it constructs meanwhile gets its members from `half`. */
export function constructWith<T>(half: ChildSide, construct: () => T): T {
  const global = globalThis as { [CHILD]?: ChildSide | undefined };
  const before = childSide();
  global[CHILD] = half;
  try {
    return construct();
  } finally {
    global[CHILD] = before;
  }
}
