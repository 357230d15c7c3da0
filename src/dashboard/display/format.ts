/** Both sides: numbers as text. Pure. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** No-break space: a number and its unit stay on one line. */
const GAP = '\u00a0';
const two = (value: number) => String(value).padStart(2, '0');

/** `12 s`, `3 m 04 s`, `2 h 05 m`, `3 d 04 h`. */
export function duration(ms: number): string {
  const rest = Math.max(0, ms);
  if (rest < MINUTE) return `${Math.floor(rest / SECOND)}${GAP}s`;
  if (rest < HOUR)
    return `${Math.floor(rest / MINUTE)}${GAP}m${GAP}${two(Math.floor((rest % MINUTE) / SECOND))}${GAP}s`;
  if (rest < DAY) return `${Math.floor(rest / HOUR)}${GAP}h${GAP}${two(Math.floor((rest % HOUR) / MINUTE))}${GAP}m`;
  return `${Math.floor(rest / DAY)}${GAP}d${GAP}${two(Math.floor((rest % DAY) / HOUR))}${GAP}h`;
}

/** A time that may be short: `0.4 ms`, `12 ms`, `1.3 s`. */
export function shortTime(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)}${GAP}ms`;
  if (ms < SECOND) return `${Math.round(ms)}${GAP}ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)}${GAP}s`;
  return duration(ms);
}

/** `48 MB`, `1.2 GB`. */
export function bytes(value: number): string {
  const megabytes = value / 1e6;
  if (megabytes < 999.5) return `${megabytes < 9.95 ? megabytes.toFixed(1) : Math.round(megabytes)}${GAP}MB`;
  return `${(megabytes / 1e3).toFixed(megabytes < 9_950 ? 2 : 1)}${GAP}GB`;
}

/** A share as percent: `0.4 %`, `12 %`, `140 %`. */
export function percent(share: number): string {
  const value = share * 100;
  const text = value > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${text === '0.0' ? '0' : text}${GAP}%`;
}

/** A count: `7`, `1,204`, `12.4 k`, `1.2 M`. */
export function count(value: number): string {
  if (value < 10_000) return Math.round(value).toLocaleString('en-US');
  if (value < 999_950) return `${(value / 1e3).toFixed(1)}${GAP}k`;
  return `${(value / 1e6).toFixed(1)}${GAP}M`;
}

/** A number of something in a second: `0`, `0.5`, `12`, `1,200`. */
export const rate = (value: number): string => (value > 0 && value < 9.95 ? value.toFixed(1) : count(value));

/** The time of day, with seconds. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

export const plural = (number: number, one: string, many = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : many}`;
