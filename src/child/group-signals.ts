/** Child side: ignores the signals of a terminal, Ctrl-C and a closed one. Only the parent decides how its children end. */
import { platform } from '../platform/platform';

const ignore = () => {};

export function ignoreGroupSignals(): void {
  heedGroupSignals();
  for (const signal of platform.stop.groupSignals) process.on(signal, ignore);
}

export function heedGroupSignals(): void {
  for (const signal of platform.stop.groupSignals) process.off(signal, ignore);
}
