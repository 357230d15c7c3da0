/** Both sides: the public names of `offspring-rx/otel`. */
export { type Instrumentation, type InstrumentOptions, instrument } from './instrument';
