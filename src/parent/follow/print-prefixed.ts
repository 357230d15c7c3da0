/** Parent side: prints the lines of a child with the name of its class and its pid in front, in color on a terminal. */
import { styleText } from 'node:util';
import type { LogLine } from '../../model/types';
import { writeTo } from './write-stderr';

const COLORS = ['cyan', 'yellow', 'green', 'magenta', 'blue'] as const;
let printers = 0;

/** Returns the function that prints a line of one child. Each child has the next color. */
export function prefixedPrinter(subprocess: string, pid: () => number | null) {
  const color = COLORS[printers++ % COLORS.length] as (typeof COLORS)[number];
  return (name: LogLine['stream'], line: string): void => {
    const stream = process[name];
    const prefix = `${subprocess} ${pid()} |`;
    // It heeds NO_COLOR, FORCE_COLOR and TERM. https://nodejs.org/api/tty.html#writestreamgetcolordepthenv
    const isColored = stream.isTTY && stream.hasColors();
    writeTo(stream, `${isColored ? styleText(color, prefix, { validateStream: false }) : prefix} ${line}\n`);
  };
}
