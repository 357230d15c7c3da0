import { BatchSpanProcessor, InMemorySpanExporter, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { instrument } from 'offspring-rx/otel';

// In your program: an exporter that sends the spans to your collector.
const exporter = new InMemorySpanExporter();

new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }).register();
instrument();
