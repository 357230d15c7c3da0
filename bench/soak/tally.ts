/** Counts what happened, and lays it out as tables. */
import type { ExitStatus } from 'offspring-rx';
import type { Plan } from './plan';

const REASONS: ExitStatus['reason'][] = ['completed', 'failed', 'stopped', 'killed', 'not-started'];

export class Tally {
  readonly #kinds = new Map<string, Map<string, number>>();
  readonly #actions = new Map<string, number>();
  total = 0;
  peak = 0;
  longestStop: { time: number; plan?: Plan } = { time: 0 };

  add(plan: Plan, exit: ExitStatus | undefined, stopTime: number | null): void {
    const { kind, action } = plan;
    this.total += 1;
    if ((stopTime ?? 0) > this.longestStop.time) this.longestStop = { time: stopTime ?? 0, plan };
    const reasons = this.#kinds.get(kind) ?? new Map<string, number>();
    this.#kinds.set(kind, reasons);
    count(reasons, exit?.reason ?? 'pending');
    count(this.#actions, action);
  }

  get table(): string {
    const rows = [...this.#kinds].sort(([one], [other]) => (one < other ? -1 : 1));
    const columns = ['tasks', ...REASONS];
    const numbers = (reasons: Map<string, number>) => [
      sum(reasons),
      ...REASONS.map(reason => reasons.get(reason) ?? 0),
    ];
    const all = rows.map(([, reasons]) => numbers(reasons));
    const totals = columns.map((_, index) => all.reduce((total, row) => total + (row[index] ?? 0), 0));
    const line = (name: string, cells: (string | number)[]) =>
      name.padEnd(16) + cells.map(cell => String(cell || '·').padStart(13)).join('');
    return [
      line('kind', columns),
      ...rows.map(([kind], index) => line(kind, all[index] ?? [])),
      line('all', totals),
    ].join('\n');
  }

  get actions(): string {
    return [...this.#actions].map(([action, times]) => `${action} ${times}`).join(', ');
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

const sum = (counts: Map<string, number>) => [...counts.values()].reduce((total, times) => total + times, 0);
