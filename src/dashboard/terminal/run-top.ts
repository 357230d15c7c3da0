/** Terminal: shows the processes of another program, as a screen or as plain lines. */
import { firstValueFrom } from 'rxjs';
import type { Address } from '../address';
import { connectOnce, unreachable } from './connect';
import { followInLines } from './follow-in-lines';
import { followOnScreen } from './follow-on-screen';
import { loadInk } from './load-ink';

export interface RunOptions {
  readonly plain: boolean;
  readonly signal: AbortSignal;
}

/** Rejects with an error that says what to do. */
export async function runTop(address: Address, { plain, signal }: RunOptions): Promise<void> {
  const { base } = address;
  if (signal.aborted) return;
  if (plain || !hasScreen()) {
    await followInLines(connectOnce(base), process.stdout, signal).catch(error => {
      throw unreachable(base, error);
    });
    return;
  }
  const drawing = await loadInk();
  // A wrong URL is told before the terminal is taken.
  await firstValueFrom(connectOnce(base)).catch(error => {
    throw unreachable(base, error);
  });
  if (signal.aborted) return;
  await followOnScreen(address, drawing, signal).catch(error => {
    throw unreachable(base, error);
  });
}

/** A terminal that can be drawn on. CI services may have one, but nobody looks at it: ink draws nothing there. */
function hasScreen(): boolean {
  const { stdin, stdout, env } = process;
  const isCi = env['CI'] !== undefined && env['CI'] !== '0' && env['CI'] !== 'false';
  return Boolean(stdin.isTTY && stdout.isTTY) && env['TERM'] !== 'dumb' && !isCi;
}
