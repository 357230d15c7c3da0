/** Terminal: the whole screen as lines. Pure. */
import { footerLines, headerLines } from './around-lines';
import type { Line } from './cells';
import { detailsLines } from './details-lines';
import { treeLines } from './tree-lines';
import type { View } from './view';

export const pictureOf = (view: View): Line[] => [
  ...headerLines(view),
  ...treeLines(view),
  ...detailsLines(view),
  ...footerLines(view),
];
