import './tracing.mjs'; // first, and in the child too: it loads this module for its class
import { trace } from '@opentelemetry/api';
import { isChild } from 'offspring-rx';
import { SubprocessWorker, WorkerPool } from 'offspring-rx/pool';

const tracer = trace.getTracer('invoices');

export class Invoice extends SubprocessWorker<[], number, string> {
  override work(_id: number) {
    // Below the span `work Invoice`, which is below that of the request.
    return tracer.startActiveSpan('layout', span => {
      span.end();
      return span.spanContext().traceId;
    });
  }
}

if (!isChild) {
  await using pool = new WorkerPool(Invoice, { workers: 2 });
  await tracer.startActiveSpan('GET /invoices', async request => {
    for await (const traceId of pool.map([1, 2, 3])) console.log(traceId === request.spanContext().traceId);
    request.end();
  });
}
// prints: true
// prints: true
// prints: true
