/** The clock that is the same in every process of a machine. */

/** Milliseconds from `start` to what a child saw on the same clock, as text, which crosses everywhere. */
export const between = (start: bigint, childSaw: string): number => Number(BigInt(childSaw) - start) / 1e6;

export const clock = (): bigint => process.hrtime.bigint();
