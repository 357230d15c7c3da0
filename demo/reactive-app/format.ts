/** Parent: numbers as people read them. Pure. */
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Three digits: `0 B`, `999 B`, `1.50 kB`, `23.4 MB`, `152 MB`. */
export function bytes(count: number): string {
  const power = count < 1_000 ? 0 : Math.min(Math.floor(Math.log10(count * 1.00051) / 3), UNITS.length - 1);
  return `${threeDigits(count / 1_000 ** power, power)} ${UNITS[power]}`;
}

const threeDigits = (value: number, power: number): string =>
  power === 0 ? value.toFixed(0) : value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);

/** `1.50 of 152 MB` where both have one unit, else `950 kB of 152 MB`. */
export function bytesOf(part: number, whole: number): string {
  const [shown, all] = [bytes(part), bytes(whole)];
  const unit = all.slice(all.lastIndexOf(' '));
  return `${shown.endsWith(unit) ? shown.slice(0, -unit.length) : shown} of ${all}`;
}

export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** `1 file`, `2 files`. */
export const counted = (value: number, noun: string, plural = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : plural}`;

export const percent = (share: number): string => `${Math.floor(share * 100)}%`;

/** `1.94 s`, `12.3 s`, `2:05`, `1:02:05`. */
export function duration(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`;
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  const [first, ...rest] = parts[0] === 0 ? parts.slice(1) : parts;
  return [first, ...rest.map(part => String(part).padStart(2, '0'))].join(':');
}

/** `0:00`, `2:05`, `1:02:05`: a clock that does not change its width with each frame. */
export const clock = (ms: number): string =>
  ms < 60_000 ? `0:${String(Math.floor(ms / 1_000)).padStart(2, '0')}` : duration(ms);

export const speed = (bytesPerSecond: number): string => `${bytes(bytesPerSecond)}/s`;

/** Names of files may hold anything; what would move the cursor is shown as what it is, unprintable. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
