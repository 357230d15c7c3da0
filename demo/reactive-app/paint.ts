/** Parent: bars, curves and colours for the terminal. Pure. */
import { Ansis } from 'ansis';
import cliTruncate from 'cli-truncate';
import type { ExitStatus } from 'offspring-rx';
import { printable } from './format';

/** Where something is drawn: how many columns there are, and its colours, which may be none. */
export interface Canvas {
  width: number;
  ink: Ansis;
}

/** As NO_COLOR, FORCE_COLOR and the terminal say. */
const ink = new Ansis();

/** As wide as `stream` is now. */
export const canvasOf = (stream: NodeJS.WriteStream): Canvas => ({ width: stream.columns ?? 80, ink });

/** Of a child that runs, or has ended so. */
export function colourOf(exit: ExitStatus | null): 'cyan' | 'green' | 'yellow' | 'red' {
  if (exit === null) return 'cyan';
  return exit.reason === 'completed' ? 'green' : exit.reason === 'stopped' ? 'yellow' : 'red';
}

type Colour = (text: string) => string;

/** From the first to the last cell of a bar. */
const FROM = [56, 189, 248] as const;
const TO = [52, 211, 153] as const;

/** A colour for each cell of a bar of `width`. */
export const gradient =
  ({ ink }: Canvas, width: number): Colour =>
  text =>
    [...text].map((cell, index) => ink.rgb(...between(index / width))(cell)).join('');

function between(share: number): [red: number, green: number, blue: number] {
  const mix = (from: number, to: number) => Math.round(from + share * (to - from));
  return [mix(FROM[0], TO[0]), mix(FROM[1], TO[1]), mix(FROM[2], TO[2])];
}

/** `share` is 0 to 1; half cells count. */
export function bar({ ink }: Canvas, share: number, width: number, colour: Colour): string {
  const halves = Math.floor(share * width * 2);
  const full = '━'.repeat(halves / 2) + (halves % 2 ? '╸' : '');
  return colour(full) + ink.gray('─'.repeat(width - full.length));
}

/** Not the full block, so that two curves do not touch. */
const LEVELS = '▁▂▃▄▅▆▇';

/** The last `width` values as a curve, the newest to the right; `top` is the value that fills a cell. */
export function curve({ ink }: Canvas, values: readonly number[], top: number, width: number, colour: Colour): string {
  const shown = values.slice(-width).map(value => {
    const level = Math.round((value / (top || 1)) * (LEVELS.length - 1));
    return LEVELS[Math.min(Math.max(level, 0), LEVELS.length - 1)];
  });
  return ink.gray('┄'.repeat(width - shown.length)) + colour(shown.join(''));
}

/** As much of the end of `text` as there is room for. */
export const tail = (text: string, room: number): string =>
  room > 0 ? cliTruncate(printable(text), room, { position: 'start' }) : '';

/** As much of the beginning of a painted line as there is room for. */
export const head = (line: string, room: number): string => cliTruncate(line, room);
