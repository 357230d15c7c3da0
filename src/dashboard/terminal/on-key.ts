/** Terminal: what a key does to the view. Pure. */

import { onOneLine } from '../../util/plain-text';
import { nameOf } from '../display/items';
import { isAlive } from '../display/look';
import { indexOf, inSight, selectedItem, treeHeight, type View, withItems } from './view';

/** A key by its name, or the characters that were typed. */
export type Key =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'backspace'
  | 'interrupt'
  | { readonly typed: string };

export function onKey(view: View, key: Key): View {
  if (key === 'interrupt') return { ...view, isOver: true };
  // Several characters at once were pasted, or typed fast.
  if (typeof key === 'object') return [...key.typed].reduce(onLetter, view);
  if (view.mode === 'filter') return onFilterKey(view, key);
  if (view.mode === 'question') return unasked(view);
  return onListKey({ ...view, message: undefined }, key);
}

function onListKey(view: View, key: Exclude<Key, object>): View {
  const item = selectedItem(view);
  switch (key) {
    case 'up':
      return moved(view, -1);
    case 'down':
      return moved(view, 1);
    case 'page-up':
      return moved(view, -treeHeight(view));
    case 'page-down':
      return moved(view, treeHeight(view));
    case 'home':
      return moved(view, Number.NEGATIVE_INFINITY);
    case 'end':
      return moved(view, Number.POSITIVE_INFINITY);
    case 'left':
      return item ? folded(view, item.key, true) : view;
    case 'right':
      return item ? folded(view, item.key, false) : view;
    case 'enter':
      return inSight({ ...view, isDetailed: !view.isDetailed });
    case 'escape':
      return view.isDetailed ? inSight({ ...view, isDetailed: false }) : withItems({ ...view, filter: '' });
    default:
      return view;
  }
}

function onLetter(before: View, letter: string): View {
  if (before.mode === 'filter') return withItems({ ...before, filter: before.filter + onOneLine(letter) });
  if (before.mode === 'question')
    return /y/i.test(letter) ? { ...unasked(before), order: before.asked } : unasked(before);
  const view: View = { ...before, message: undefined };
  switch (letter) {
    case 'q':
      return { ...view, isOver: true };
    case '/':
      return { ...view, mode: 'filter' };
    case ' ':
      return onListKey(view, 'enter');
    case 'k':
      return ask(view, 'shutdown');
    case 'r':
      return ask(view, 'restart');
    default:
      return view;
  }
}

function moved(view: View, by: number): View {
  const at = Math.min(Math.max(0, indexOf(view) + by), Math.max(0, view.items.length - 1));
  return inSight({ ...view, selected: view.items[at]?.key });
}

function folded(view: View, key: string, isClosed: boolean): View {
  const closed = new Set(view.closed);
  if (isClosed) closed.add(key);
  else closed.delete(key);
  return withItems({ ...view, closed });
}

function onFilterKey(view: View, key: Exclude<Key, object>): View {
  if (key === 'backspace') return withItems({ ...view, filter: [...view.filter].slice(0, -1).join('') });
  if (key === 'escape') return withItems({ ...view, filter: '', mode: 'list' });
  if (key === 'enter') return { ...view, mode: 'list' };
  return onListKey(view, key);
}

/** A shutdown is asked for once more; a restart is not, since the process is back soon. */
function ask(view: View, action: 'shutdown' | 'restart'): View {
  const bad = (text: string): View => ({ ...view, message: { text, isBad: true } });
  if (!view.hello?.control) return bad('This dashboard is read-only: serve it with serveDashboard({ control: true }).');
  if (!view.hasToken) return bad('The token is missing: give the whole URL that the program has printed, in quotes.');
  const item = selectedItem(view);
  if (!item) return view;
  const { node } = item.current;
  const name = onOneLine(nameOf(item));
  if (!isAlive(item.current)) return bad(`${name} has ended.`);
  if (action === 'restart' && !node.canRestart)
    return bad(`${name} cannot be restarted: no supervisor has started it.`);
  const order = { id: node.id, action, name, number: (view.order?.number ?? 0) + 1 };
  return action === 'restart' ? { ...view, order } : { ...view, asked: order, mode: 'question' };
}

const unasked = (view: View): View => ({ ...view, asked: undefined, mode: 'list' });
