/** Both sides: makes connections to Redis, which come back by themselves. */
import type { Socket } from 'node:net';
import type { Command, Redis, RedisOptions } from 'ioredis';
import { StateError } from '../../index';
import { nextTick } from '../../util/timers';
import { makeBytes } from './command-bytes';

/** The one place that loads the optional packages. @throws StateError that says which one is missing */
export function loadPackages(subprocess: string): {
  bullmq: typeof import('bullmq');
  ioredis: typeof import('ioredis');
} {
  try {
    return { bullmq: require('bullmq'), ioredis: require('ioredis') };
  } catch (cause) {
    throw new StateError(
      `${subprocess}: offspring-rx/bullmq needs the packages bullmq and ioredis, version 6 or later: npm install bullmq ioredis`,
      { subprocess, cause },
    );
  }
}

/**
 * A connection, which is opened at once. Commands wait while it is down, and are sent again if it was lost in the middle
 * of them. Not with ioredis's automatic pipelines: a command would wait for a turn of the event loop, 0.3 ms on a busy
 * machine, and the words of a turn travel together anyway.
 */
export function connect({ Redis: Connection }: typeof import('ioredis'), connection: string | RedisOptions): Redis {
  const ours = { maxRetriesPerRequest: null, enableAutoPipelining: false, replyMapping: 'legacy' } as const;
  const redis =
    typeof connection === 'string'
      ? new Connection(connection, ours)
      : new Connection({ ...(connection as object), ...ours });
  // A connection that is down comes back. Without a listener, ioredis prints each failure.
  redis.on('error', () => {});
  sendTogether(redis);
  return redis;
}

/**
 * Commands of one turn leave by one write: of 9,000 items one by one, a host makes 5,000 writes instead of 14,000. No
 * command waits for that.
 */
function sendTogether(redis: Redis): void {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    // A pipeline has a stream of its own, and writes once anyway.
    if (!stream) {
      makeBytes(command as Command);
      corkForTurn((redis as unknown as { stream: Socket | undefined }).stream);
    }
    return send(command, stream);
  };
}

function corkForTurn(socket: Socket | undefined): void {
  if (!socket || socket.writableCorked > 0) return;
  socket.cork();
  nextTick(() => socket.uncork());
}

interface Handle {
  ref?(): void;
  unref?(): void;
}

/** Whether a connection keeps this process alive, also while it waits to try again. */
export function keepAlive(redis: Redis, isNeeded: boolean): void {
  // https://github.com/redis/ioredis/blob/main/lib/redis/event_handler.ts
  const { stream, reconnectTimeout } = redis as unknown as Record<'stream' | 'reconnectTimeout', Handle | null>;
  for (const handle of [stream, reconnectTimeout]) {
    if (isNeeded) handle?.ref?.();
    else handle?.unref?.();
  }
}
