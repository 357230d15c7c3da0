/** Both sides: reads marble diagrams, in which one column is one millisecond. */
import { TestScheduler } from 'rxjs/testing';

/** One step of a stream: a value, its completion or its error. */
export type Step =
  | { frame: number; kind: 'N'; value: unknown }
  | { frame: number; kind: 'C' }
  | { frame: number; kind: 'E'; error: unknown };

/** The steps that a marble diagram shows. */
export function stepsOf(marbles: string, values?: unknown, error?: unknown): Step[] {
  const { frameTimeFactor } = TestScheduler;
  // As in TestScheduler.run(), which sets it for a while too.
  TestScheduler.frameTimeFactor = 1;
  try {
    return TestScheduler.parseMarbles(marbles, values, error, true, true).map(({ frame, notification }): Step => {
      if (notification.kind === 'N') return { frame, kind: 'N', value: notification.value };
      return notification.kind === 'E' ? { frame, kind: 'E', error: notification.error } : { frame, kind: 'C' };
    });
  } finally {
    TestScheduler.frameTimeFactor = frameTimeFactor;
  }
}
