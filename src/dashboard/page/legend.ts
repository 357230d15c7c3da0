/** Page: what the drawings of the timeline mean. */
import { el } from './dom';
import { symbol } from './symbols';

const LEGEND = [
  ['bar running', 'running, with a mark for each turn of a loop'],
  ['bar starting', 'starting'],
  ['bar stopping', 'stopping'],
  ['restarting', 'waiting for its restart'],
  ['end', 'ended'],
  ['failed', 'failed'],
] as const;

export function showLegend(list: HTMLElement): void {
  list.append(
    ...LEGEND.map(([name, text]) =>
      el(
        'li',
        {},
        name === 'failed'
          ? el('span', { class: 'sample failed' }, symbol('failed'))
          : el('span', { class: `sample ${name}`, 'aria-hidden': 'true' }),
        text,
      ),
    ),
  );
}
