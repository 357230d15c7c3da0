/** Parent side: measures the running processes once a second. */
import type { Subscription } from 'rxjs';
import type { ProcessNode } from '../../model/process-node';
import type { NodeId, Sample } from '../wire/frames';
import type { Source, Usage } from './source';

interface Measured {
  subscription: Subscription | undefined;
  usage: Usage | undefined;
  messages: number;
  iterations: number;
}

const hasEnded = ({ state }: ProcessNode) => state === 'exited';

export class Samples {
  readonly #source: Source;
  readonly #measured = new Map<NodeId, Measured>();
  #at: number | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  /** The samples of the time since the last call. */
  take(nodes: Iterable<ProcessNode>, at: number): Sample[] {
    const seconds = this.#at === undefined ? 0 : (at - this.#at) / 1_000;
    this.#at = at;
    const left = new Set(this.#measured.keys());
    const samples: Sample[] = [];
    for (const node of nodes) {
      if (hasEnded(node)) continue;
      left.delete(node.id);
      const measured = this.#measured.get(node.id);
      if (measured && seconds > 0) samples.push(sampleOf(node, measured, seconds));
      this.#remember(node, measured ?? this.#begin(node));
    }
    for (const id of left) this.#end(id);
    return samples;
  }

  close(): void {
    for (const id of this.#measured.keys()) this.#end(id);
  }

  #begin({ id }: ProcessNode): Measured {
    const measured: Measured = { subscription: undefined, usage: undefined, messages: 0, iterations: 0 };
    this.#measured.set(id, measured);
    return measured;
  }

  #remember({ pid, iterations, messages }: ProcessNode, measured: Measured): void {
    measured.iterations = iterations;
    measured.messages = messages;
    if (pid === null || measured.subscription) return;
    measured.subscription = this.#source.usage$(pid).subscribe({
      next: usage => {
        measured.usage = usage;
      },
      // The system does not tell it. All else can be shown.
      error: () => {},
    });
  }

  #end(id: NodeId): void {
    this.#measured.get(id)?.subscription?.unsubscribe();
    this.#measured.delete(id);
  }
}

function sampleOf({ id, messages, iterations }: ProcessNode, before: Measured, seconds: number): Sample {
  const { usage } = before;
  const perSecond = (count: number) => rounded(Math.max(0, count) / seconds, 10);
  return [
    id,
    usage ? rounded(usage.cpu, 1_000) : null,
    usage ? usage.memory : null,
    perSecond(messages - before.messages),
    perSecond(iterations - before.iterations),
  ];
}

const rounded = (value: number, parts: number) => Math.round(value * parts) / parts;
