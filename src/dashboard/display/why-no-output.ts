/** Both sides: why there are no lines of a process's output. Pure. */
import type { OutputFrom } from '../wire/frames';

/** undefined: they are only to come. */
const REASONS: Record<OutputFrom, string | undefined> = {
  pipe: undefined,
  prefix: undefined,
  inherit:
    "Nobody reads its output: it goes to where that of its parent goes. To see it here, set static STDIO = 'pipe' or { prefix: true }.",
  ignore: "Its output is thrown away, since STDIO is 'ignore'.",
  none: 'It has no output of its own.',
  gone: 'Its output was kept by the process that had started it, and that has ended.',
};

export const whyNoOutput = (from: OutputFrom): string => REASONS[from] ?? 'It has written nothing yet.';
