import './tracing.mjs';
import { trace } from '@opentelemetry/api';
import { Subprocess } from 'offspring-rx';

export class Render extends Subprocess<[page: number]> {
  page = 0;
  override init(page: number) {
    this.page = page;
  }
  override run() {
    // A child of the span of this run, which is a child of the request's.
    const span = trace.getTracer('render').startSpan('layout');
    span.end();
    return span.spanContext().traceId;
  }
}

await trace.getTracer('server').startActiveSpan('GET /page/7', async request => {
  const inChild = await new Render(7).result();
  console.log(inChild === request.spanContext().traceId);
  request.end();
});
// prints: true
