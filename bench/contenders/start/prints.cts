/** A script that prints what the clock says in its first line. */
console.log(String(process.hrtime.bigint()));
