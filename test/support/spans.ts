/** Records the spans of a test and of its children. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Span, trace } from '@opentelemetry/api';
import type { InstrumentOptions } from 'offspring-rx/otel';
import type { Told } from '../fixtures/tracing';
import { fixture } from './fixture';

const { begin, memory, SPANS_FILE, tell } = fixture<typeof import('../fixtures/tracing')>('tracing');

export interface Recording {
  /** All spans that have ended, of this process and of its children. */
  spans(): Told[];
  /** The spans of this name, of this process if `isOwn`, else of its children. */
  named(name: string, isOwn?: boolean): Told[];
  stop(): void;
}

/** From now on, this process records spans, and so do its children. */
export function record(options: InstrumentOptions = {}): Recording {
  const folder = mkdtempSync(path.join(tmpdir(), 'offspring-spans-'));
  const file = path.join(folder, 'spans');
  writeFileSync(file, '');
  process.env[SPANS_FILE] = file;
  memory.reset();
  const end = begin(options);
  const ofChildren = (): Told[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
  const own = () => memory.getFinishedSpans().map(tell);
  return {
    spans: () => [...own(), ...ofChildren()],
    named: (name, isOwn) =>
      (isOwn === undefined ? [...own(), ...ofChildren()] : isOwn ? own() : ofChildren()).filter(
        span => span.name === name,
      ),
    stop() {
      end();
      memory.reset();
      delete process.env[SPANS_FILE];
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Calls `work` within a span, as the handler of a request would be. Resolves with the ids of that span too. */
export const request = <T>(work: (span: Span) => Promise<T> | T) =>
  trace.getTracer('test').startActiveSpan('request', async span => {
    const { traceId, spanId } = span.spanContext();
    try {
      return { trace: traceId, span: spanId, value: await work(span) };
    } finally {
      span.end();
    }
  });
