/** Parent side: what side.ts offers of the tree of processes. */
import type { TreeSide } from '../../side';
import { answerWatcher, tellLast } from './answers';
import { control } from './control';
import { followOutput } from './follow-output';
import { treeStream } from './tree-stream';
import { usageOf } from './usage';

export const tree: TreeSide = { observe: treeStream, answer: answerWatcher, tellLast, control, followOutput, usageOf };
