/** Parent side: values that wait for a subscriber: how many may, and what is said when there are more. */

export const LONGEST_QUEUE = 1024;

/** What is called for each value that goes: it warns once. Values of a stream that nobody has asked for are no loss. */
export function overflowWarning(
  subprocess: string,
  stream: 'message$' | 'stdout$' | 'stderr$',
  isAskedFor = () => true,
): () => void {
  let isTold = false;
  return () => {
    if (isTold || !isAskedFor()) return;
    isTold = true;
    process.emitWarning(
      `${subprocess}.${stream}: more than ${LONGEST_QUEUE} values wait and the oldest go: subscribe, or emit less`,
      { type: 'SubprocessWarning', code: 'OFFSPRING_QUEUE' },
    );
  };
}
