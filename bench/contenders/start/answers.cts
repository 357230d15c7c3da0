/** A module of one function, which tells what the clock says in its first line. */
const answer = (): string => String(process.hrtime.bigint());

module.exports = Object.assign(answer, { answer });
