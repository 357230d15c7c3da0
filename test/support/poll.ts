/** Waits for what a test expects, with a deadline. */
export async function poll<T>(what: string, look: () => T | Promise<T>, deadline = 30_000): Promise<NonNullable<T>> {
  const end = performance.now() + deadline;
  for (;;) {
    const seen = await look();
    if (seen) return seen as NonNullable<T>;
    if (performance.now() > end) throw new Error(`not within ${deadline} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
