/** Both sides: how deep a value may be nested. */

/**
 * V8 deserializes by recursion, and cannot read everything that it has written: of plain objects it writes 3,100 levels,
 * and reads 1,600. A level takes up to 0.66 KB of the stack (measured on Node 20, 22, 24 and 26).
 */
const MAX_DEPTH = 1_000;

let found: number | undefined;

/** The levels that a value may have. One for each KB of the stack, if `--stack-size` makes it smaller than usual. */
export function maxDepth(): number {
  found ??= Math.min(MAX_DEPTH, ...process.execArgv.map(stackSizeOf));
  return found;
}

function stackSizeOf(flag: string): number {
  const [, size] = /^--stack[-_]size=(\d+)$/.exec(flag) ?? [];
  return size === undefined ? MAX_DEPTH : Number(size);
}
