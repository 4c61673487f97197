import { randomUUID } from 'node:crypto';
import type { Database } from '../db/index.ts';
import type { Logger } from '../observability/logger.ts';

/** Beats within the time for which one of them counts. */
const BEATS = 6;

/** Records that this process is alive. When the records stop, other processes reconcile its work. */
export interface Heartbeat {
  /**
   * Id of this process while other processes know that it is alive. When the last beat is too old, another one is recorded first; `null`
   * where that fails: what the process does then is reconciled by time alone.
   */
  readonly processId: () => Promise<string | null>;
  readonly start: () => Promise<void>;
  /** Stops; other processes reconcile the work of this one at once. */
  readonly stop: () => Promise<void>;
}

export interface HeartbeatParts {
  readonly db: Pick<Database, 'processes'>;
  readonly log: Logger;
  /** Milliseconds after a beat for which the process counts as alive. */
  readonly lease: number;
  /** Another process has died. Only one of those that live is notified. */
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
  const pause = lease / BEATS;
  let aliveUntil = -Infinity;
  let timer: NodeJS.Timeout | null = null;
  let beating: Promise<void> | null = null;

  const recordBeat = async (): Promise<void> => {
    const begun = now();
    try {
      const othersDied = await db.processes.heartbeat(id, lease / 1000);
      // Earlier than in the database: other processes must not consider this one dead before it does so itself.
      aliveUntil = begun + lease - pause;
      if (othersDied) onOthersDied();
    } catch (error) {
      log.warn({ event: 'heartbeat.store_failed', err: error }, 'the heartbeat of this process cannot be recorded');
    }
  };

  /** One at a time: a slow database does not get more statements for being slow. */
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
      // A beat that is recorded after the end would keep a stopped process alive.
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
