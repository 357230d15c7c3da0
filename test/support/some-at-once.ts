/** Many tries that start processes of their own: a few run at a time. */

/** As many as keep a small machine busy. */
const AT_ONCE = 4;

/** Runs `attempt` for each row. Rejects with the first failure, once no other try is running. */
export async function someAtOnce<T>(rows: T[], attempt: (row: T) => Promise<void>): Promise<void> {
  const queue = rows.map(row => ({ row }));
  const failures: unknown[] = [];
  const work = async () => {
    for (let next = queue.shift(); next && failures.length === 0; next = queue.shift()) {
      await attempt(next.row).catch(error => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (failures.length > 0) throw failures[0];
}
