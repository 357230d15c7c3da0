import { appendFileSync } from 'node:fs';

/**
 * Does the work of a case, and writes down how it went, for the run of all projects. Throws if it failed, or took
 * longer than `limit` ms.
 */
export async function record(name: string, work: () => Promise<unknown>, limit = 20_000): Promise<void> {
  const write = (outcome: object): void => {
    appendFileSync(process.env['CONSUMER_RECORDS'] as string, `${JSON.stringify({ name, ...outcome })}\n`);
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing after ${limit} ms`)), limit);
  });
  try {
    await Promise.race([work(), late]);
    write({ ok: true });
  } catch (error) {
    write({ ok: false, error: `${(error as Error).name}: ${(error as Error).message}` });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

export function mustEqual(actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${is}, but it should be ${should}`);
}
