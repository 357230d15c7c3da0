/** Parent side: records the restart of a child, and tells of it on the channel `offspring-rx:restart`. */
import { channels } from '../diagnostics/channels';
import { debugLog, isLogging } from '../diagnostics/debug-log';
import { type RestartTrace, tracer } from '../diagnostics/tracer';
import type { DiagnosticsChannels } from '../index';
import type { Failure } from './events';

/** `path`: the keys from the top down to the supervisor. Undefined if nobody records traces. */
export function announceRestart(
  { child, attempt: failed, exit, error }: Failure,
  above: readonly string[],
  delay: number,
): RestartTrace | undefined {
  const path = [...above, child];
  const attempt = failed + 1;
  if (isLogging) {
    const why = exit ? `${exit.subprocess} ended (${exit.reason}, ${exit.cause ?? 'no cause'})` : String(error);
    debugLog(path.join(' > '), `is restarted in ${Math.round(delay)} ms, start ${attempt}: ${why}`);
  }
  const restart = channels()?.restart;
  if (restart?.hasSubscribers) {
    const payload = { child, path, attempt, delay, ...(exit && { exit }), ...(error && { error }) };
    restart.publish(payload satisfies DiagnosticsChannels['offspring-rx:restart']);
  }
  return tracer()?.restart({ child, path, attempt, delay });
}
