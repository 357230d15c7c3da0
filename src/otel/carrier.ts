/** Both sides: turns contexts of OpenTelemetry into plain data, and back, by the propagators of the program. */
import { type Context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Carrier } from '../diagnostics/tracer';

/** Undefined if there is nothing to carry. */
export function carrierOf(context: Context): Carrier | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context, carrier);
  // Not Object.keys(), since there is one for each item of a pool.
  for (const _ in carrier) return carrier;
  return undefined;
}

/** `base`: the context that what is carried is added to. */
export const contextOf = (carrier: Carrier | undefined, base: Context = ROOT_CONTEXT): Context =>
  carrier ? propagation.extract(base, carrier) : base;
