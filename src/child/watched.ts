/** Child side: obeys a parent that looks at the processes of this process, once it has any. */
import { whenOccupied } from '../census';
import type { TreeOrder } from '../protocol/to-child';
import type { TreeAnswer } from '../protocol/to-parent';
import { treeSide } from '../side';

let isOccupied = false;
let cancel = () => {};

export function obey(order: TreeOrder, report: (answer: TreeAnswer) => void): void {
  if (isOccupied) return treeSide().answer(order, report);
  // Most children have no processes of their own, and never load the parent half.
  if (order.type === 'output' && order.ask === 'all') {
    // Whoever asks still gets an answer.
    report({ type: 'output', followId: order.followId, from: 'gone', lines: [], skipped: 0 });
  }
  if (order.type !== 'observe') return;
  cancel();
  if (order.ask === 'nothing') return;
  cancel = whenOccupied(() => {
    isOccupied = true;
    treeSide().answer(order, report);
  });
}
