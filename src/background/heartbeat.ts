import { randomUUID } from 'node:crypto';
import type { Database } from '../db/index.ts';
import type { Logger } from '../observability/logger.ts';

/** Heartbeats within a lease. */
const BEATS_PER_LEASE = 6;

/** Records that this process is alive. When its heartbeats stop, other processes reconcile its work. */
export interface Heartbeat {
  /**
   * Id of this process while other processes consider it alive. Records a heartbeat first when the last one is too old; `null` where
   * that fails: work without a process id is reconciled after a fixed time.
   */
  readonly processId: () => Promise<string | null>;
  readonly start: () => Promise<void>;
  /** Stops; other processes reconcile the work of this one at once. */
  readonly stop: () => Promise<void>;
}

export interface HeartbeatParts {
  readonly db: Pick<Database, 'processes'>;
  readonly log: Logger;
  /** Milliseconds after a heartbeat for which the process counts as alive. */
  readonly lease: number;
  /** Called when another process has died, in one of the remaining processes. */
  readonly onOthersDied: () => void;
  readonly now?: () => number;
}

/** Creates the heartbeat of this process. */
export function createHeartbeat({
  db,
  log,
  lease,
  onOthersDied,
  now = () => performance.now(),
}: HeartbeatParts): Heartbeat {
  const id = randomUUID();
  const pause = lease / BEATS_PER_LEASE;
  let aliveUntil = -Infinity;
  let timer: NodeJS.Timeout | null = null;
  let beating: Promise<void> | null = null;

  const recordBeat = async (): Promise<void> => {
    const sentAt = now();
    try {
      const othersDied = await db.processes.heartbeat(id, lease / 1000);
      // Earlier than in the database: this process must notice its end before other processes do.
      aliveUntil = sentAt + lease - pause;
      if (othersDied) onOthersDied();
    } catch (error) {
      log.warn({ event: 'heartbeat.store_failed', err: error }, 'the heartbeat of this process cannot be recorded');
    }
  };

  /** Records one heartbeat at a time: a slow database gets no further statements. */
  const beat = (): Promise<void> => {
    beating ??= recordBeat().finally(() => {
      beating = null;
    });
    return beating;
  };

  return {
    processId: async () => {
      if (now() >= aliveUntil && timer !== null) await beat();
      return now() < aliveUntil ? id : null;
    },
    start: async () => {
      timer ??= setInterval(() => void beat(), pause).unref();
      await beat();
    },
    stop: async () => {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      // A heartbeat that is recorded after the end would mark a stopped process as alive.
      await beating;
      aliveUntil = -Infinity;
      await db.processes
        .end(id)
        .catch((error: unknown) =>
          log.warn({ event: 'heartbeat.end_store_failed', err: error }, 'the end of this process cannot be recorded'),
        );
    },
  };
}
