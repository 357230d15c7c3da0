/** The sleep of a loop, ms. */
export const SLEEP = 10;
