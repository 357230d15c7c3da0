/** A script that sends what the clock says in its first line. */
process.send?.(String(process.hrtime.bigint()), () => process.disconnect());
