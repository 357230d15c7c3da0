import { BatchSpanProcessor, InMemorySpanExporter, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { instrument } from 'offspring-rx/otel';

// In your program: new OTLPTraceExporter() of @opentelemetry/exporter-trace-otlp-http.
const exporter = new InMemorySpanExporter();

new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }).register();
instrument();
