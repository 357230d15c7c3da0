/** Page: tells a screen reader of failures as they happen. */

import { endedInWords, isFailure } from '../display/look';
import type { Rows } from '../wire/fold';
import type { Delta } from '../wire/frames';
import { byId, el } from './dom';

const MOST = 20;

export function tellNews(rows: Rows, { changed = [] }: Delta): void {
  const box = byId('news');
  for (const [id, { exit }] of changed) {
    const node = rows.get(id)?.node;
    if (!exit || !node || !isFailure(exit)) continue;
    box.append(el('p', {}, `${node.key ?? node.name} failed: ${endedInWords(exit)}`));
  }
  while (box.childElementCount > MOST) box.firstElementChild?.remove();
}
