/** Parent side: warns when a stream without a subscriber drops values. */

/** How many values may wait for a subscriber. */
export const QUEUE_LIMIT = 1024;

/**
 * Returns the function that a queue calls for each value that it drops. The first call emits a process warning. There
 * is no warning while `isUsed` returns false: nobody misses the values of a stream that was never used.
 */
export function queueWarning(
  subprocess: string,
  stream: 'message$' | 'stdout$' | 'stderr$' | 'log$',
  isUsed = () => true,
): () => void {
  let hasWarned = false;
  return () => {
    if (hasWarned || !isUsed()) return;
    hasWarned = true;
    process.emitWarning(
      `${subprocess}.${stream}: more than ${QUEUE_LIMIT} values wait for a subscriber, so the oldest are dropped: subscribe, or emit less`,
      { type: 'SubprocessWarning', code: 'OFFSPRING_QUEUE' },
    );
  };
}
