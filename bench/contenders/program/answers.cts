/** Forked: answers, and goes. */
process.send?.(42, () => process.disconnect());
