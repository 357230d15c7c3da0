/** Both sides: checks the options of `instrument()`. */
import { BOOLEAN, type Check, type Checks, DURATION, OptionChecker } from '../util/check-options';
import type { InstrumentOptions } from './instrument';

const hasMethod =
  (name: string) =>
  (value: unknown): boolean =>
    typeof (value as Record<string, unknown> | null)?.[name] === 'function';
const TRACER_PROVIDER: Check = ['a TracerProvider of OpenTelemetry', hasMethod('getTracer')];
const METER_PROVIDER: Check = ['a MeterProvider of OpenTelemetry', hasMethod('getMeter')];

const CHECKS: Checks<InstrumentOptions> = {
  tracerProvider: TRACER_PROVIDER,
  meterProvider: METER_PROVIDER,
  turns: BOOLEAN,
  flushLimit: DURATION,
};

/** @throws StateError if an option is unknown or wrong */
export function checkOptions(options: unknown): void {
  const checker = new OptionChecker('instrument(): ', { subprocess: 'instrument' });
  checker.withDefaults<InstrumentOptions>('options', options, {}, CHECKS);
}
