/** What the examples in the doc comments name without saying where it is from: classes of docs/examples/, and values. */
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-node';
import { from } from 'rxjs';

export { CountLines } from '../../docs/examples/count-lines';
export { Heartbeat } from '../../docs/examples/heartbeat';
export { LookUp } from '../../docs/examples/look-up';
export { Thumbnail } from '../../docs/examples/thumbnail';

export const image = new Uint8Array(1_024);
export const images = [image, new Uint8Array(2_048)];
export const image$ = from(images);
export const exporter = new InMemorySpanExporter();
