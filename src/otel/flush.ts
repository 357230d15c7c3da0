/** Child side: exports what the providers of the program have recorded. */
import { metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { LONGEST_TIMER } from '../util/clock';
import { clearTimeout, setTimeout } from '../util/timers';

/** What the SDK's providers have, and the types of the API do not tell. */
interface Provider {
  forceFlush?(): Promise<void>;
  /** The one behind the provider that the API gives out before there is a global one. */
  getDelegate?(): Provider;
}

/** Resolves when all is exported, or after `limit` ms. Never rejects. */
export async function flushAll(providers: readonly object[], limit: number): Promise<void> {
  const flushes = providers.map(async provider => providerBehind(provider).forceFlush?.());
  let timer: NodeJS.Timeout | undefined;
  const isOver = new Promise<void>(resolve => {
    timer = setTimeout(resolve, Math.min(limit, LONGEST_TIMER));
  });
  await Promise.race([Promise.allSettled(flushes), isOver]);
  clearTimeout(timer);
}

function providerBehind(provider: object): Provider {
  if (provider === metrics) return metrics.getMeterProvider() as Provider;
  const given = (provider === trace ? trace.getTracerProvider() : provider) as Provider & Partial<TracerProvider>;
  return given.getDelegate?.() ?? given;
}
