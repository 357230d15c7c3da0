/** Parent side: takes what a task sends that runs in the process of its test, as from a process. */

import { route, type Sinks } from '../../parent/follow/route';
import type { OnObserved } from '../../parent/process/observe-child';
import type { SpawnedChild } from '../../parent/spawn/spawn-child';
import { type Frame, sizeOf } from '../../protocol/frames';
import { isReport } from '../../protocol/to-parent';
import { decode } from '../link';

export class ObservedTask {
  readonly #reader = { frameSize: 0 };
  readonly #observe: OnObserved;

  constructor(pid: number, sinks: Omit<Sinks, 'onSigtermListener'>) {
    // Of the process, `route` uses only these members.
    const child = { pid, process: { stdout: null, stderr: null }, reader: this.#reader } as unknown as SpawnedChild;
    this.#observe = route(child, { ...sinks, onSigtermListener() {} });
  }

  receive(frame: Frame): void {
    this.#reader.frameSize = sizeOf(frame);
    for (const report of decode(frame)) if (isReport(report)) this.#observe({ type: 'report', report });
  }

  ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.#observe({ type: 'closed' });
    this.#observe({ type: 'end', code, signal });
  }
}
