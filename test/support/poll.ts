/** Waits for what a test expects, with a deadline. */

/** Under wine a process takes seconds to start. */
export const SLOWNESS = process.platform === 'win32' ? 4 : 1;

export async function poll<T>(what: string, look: () => T | Promise<T>, deadline = 30_000): Promise<NonNullable<T>> {
  const end = performance.now() + SLOWNESS * deadline;
  for (;;) {
    const seen = await look();
    if (seen) return seen as NonNullable<T>;
    if (performance.now() > end) throw new Error(`not within ${SLOWNESS * deadline} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
