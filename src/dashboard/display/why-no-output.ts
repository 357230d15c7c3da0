/** Both sides: why there are no lines of a process's output. Pure. */
import type { OutputFrom } from '../wire/frames';

/** undefined: they are only to come. */
const REASONS: Record<OutputFrom, string | undefined> = {
  pipe: undefined,
  prefix: undefined,
  inherit:
    "Its output goes straight to the terminal of its parent. To see it here, set static STDIO = 'pipe' or { prefix: true }.",
  ignore: "Its output is thrown away, since STDIO is 'ignore'.",
  elsewhere: 'It was started by another process, which has its output.',
  none: 'Nothing is known of its output: it was started before this dashboard, or has none.',
};

export const whyNoOutput = (from: OutputFrom): string => REASONS[from] ?? 'It has written nothing yet.';
