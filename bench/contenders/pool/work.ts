/** Child side: the work that every pool is given. */

/** ms of an item that takes the processor. */
export const CPU_TIME = 5;

export const work = {
  increment: (x: number): number => x + 1,
  echo: <T>(value: T): T => value,
  burn(time: number): void {
    const end = performance.now() + time;
    while (performance.now() < end);
  },
};

export type Work = keyof typeof work;
