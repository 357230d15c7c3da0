/** Both sides: a file or folder that could not be read, and why. */
export interface Unreadable {
  /** Below the folder, with forward slashes. */
  path: string;
  reason: string;
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'it is gone',
  EIO: 'the disk failed to read it',
  EMFILE: 'too many open files',
};

/** In words where there are some. */
export function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? (code || message);
}
