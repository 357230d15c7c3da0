/** Parent side: values that wait for a subscriber: how many may, and what is said when there are more. */

export const LONGEST_QUEUE = 1024;

export function warnOfOverflow(subprocess: string, stream: 'message$' | 'stdout$' | 'stderr$'): void {
  process.emitWarning(
    `${subprocess}.${stream}: more than ${LONGEST_QUEUE} values wait and the oldest go: subscribe, or emit less`,
    { type: 'SubprocessWarning', code: 'OFFSPRING_QUEUE' },
  );
}
