/** Parent side: values that wait for a subscriber: how many may, and what is said when there are more. */

export const QUEUE_LIMIT = 1024;

/** What is called for each value that goes: it warns once. Values of a stream that nobody has asked for are no loss. */
export function queueWarning(
  subprocess: string,
  stream: 'message$' | 'stdout$' | 'stderr$',
  isAskedFor = () => true,
): () => void {
  let isTold = false;
  return () => {
    if (isTold || !isAskedFor()) return;
    isTold = true;
    process.emitWarning(
      `${subprocess}.${stream}: more than ${QUEUE_LIMIT} values wait and the oldest go: subscribe, or emit less`,
      { type: 'SubprocessWarning', code: 'OFFSPRING_QUEUE' },
    );
  };
}
