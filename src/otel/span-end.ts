/** Both sides: ends a span, with the error if there was one. */
import { type Span, SpanStatusCode } from '@opentelemetry/api';

/** `failure`: set if what the span is about has failed. */
export function endSpan(span: Span, failure?: { error: unknown }): void {
  if (failure) recordError(span, failure.error);
  span.end();
}

function recordError(span: Span, error: unknown): void {
  const isError = error instanceof Error;
  const message = isError ? error.message : String(error);
  span.recordException(isError ? error : message);
  span.setAttribute('error.type', errorType(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** `error.type` of the semantic conventions: a word that few errors differ in. */
export const errorType = (error: unknown): string => (error instanceof Error ? error.name : '_OTHER');
