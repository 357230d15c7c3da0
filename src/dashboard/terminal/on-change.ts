/** Terminal: folds keys, news and answers into the view. Pure but for the time, which comes with the news. */

import { onOneLine } from '../../util/plain-text';
import { dateNow } from '../../util/timers';
import type { NodeId, OutputFrame } from '../wire/frames';
import type { News } from './connect';
import { type Key, onKey } from './on-key';
import { inSight, type View, withItems } from './view';

export type Change =
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'size'; readonly columns: number; readonly rows: number }
  | { readonly type: 'news'; readonly news: News }
  | { readonly type: 'output'; readonly id: NodeId; readonly isFirst: boolean; readonly frame: OutputFrame }
  | { readonly type: 'answer'; readonly text: string; readonly isBad: boolean };

/** Lines of output that are kept. */
const MOST_LINES = 400;

export function reduce(view: View, change: Change): View {
  switch (change.type) {
    case 'key':
      return onKey(view, change.key);
    case 'size':
      return inSight({ ...view, columns: change.columns, rows: change.rows });
    case 'news':
      return onNews(view, change.news);
    case 'output': {
      const { id, isFirst, frame } = change;
      const before = isFirst || view.output?.id !== id ? [] : view.output.lines;
      return { ...view, output: { id, from: frame.from, lines: [...before, ...frame.lines].slice(-MOST_LINES) } };
    }
    case 'answer':
      return { ...view, message: { text: onOneLine(change.text), isBad: change.isBad } };
    default:
      return change satisfies never;
  }
}

function onNews(view: View, news: News): View {
  switch (news.type) {
    case 'hello':
      return { ...view, hello: news.hello, lost: undefined };
    case 'lost':
      // The server that comes back gives other ids.
      return { ...view, lost: news.why, mode: view.mode === 'question' ? 'list' : view.mode, asked: undefined };
    case 'rows':
      return withItems({ ...view, tree: news.rows, now: dateNow() + news.offset });
    default:
      return news satisfies never;
  }
}
